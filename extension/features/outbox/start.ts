import { recordActions } from '#shared/domain/actions/wire.ts';
import { call } from '../../platform/api.ts';
import { db } from '../../platform/db.ts';
import { signText } from '../../platform/keys.ts';
import {
  lowestBatch,
  numberRecords,
  outboxTotals,
  provenBatch,
  readChain,
  readCheckpoint,
  setSignature,
  unsignedBatches,
} from '../../platform/outbox-store.ts';
import { forgetRecords, onRecord, readRecords } from '../../platform/records.ts';
import { readStatus } from '../../platform/status.ts';
import { onOnline } from '../../platform/life.ts';
import { makeTimer } from '../../platform/timer.ts';
import { reconcile } from '../gate/index.ts';
import { change } from '../state/index.ts';
import type { WorkerFeature } from '../worker.ts';
import { drainer } from './drain.ts';

/** Long enough for a press to become a click or a request, short enough to be seen live within two seconds. */
const GATHER_MS = 150;

const identity = async () => (await db()).get('identity', 'this');

/** What the drainer changes has to come after what was stored. */
let loaded: Promise<void> = Promise.resolve();
const timer = makeTimer();
let due = Infinity;

/** Drains after so many ms, or sooner where that was asked for before. */
function later(ms: number): void {
  if (Date.now() + ms >= due) return;
  due = Date.now() + ms;
  timer.set(() => {
    due = Infinity;
    outbox.drain().catch(() => {
      // The worker is stopping, or storage is gone; the next start, alarm or record drains again.
    });
  }, ms);
}

const outbox = drainer({
  exclusive: (work) => navigator.locks.request('countersign-outbox', work) as ReturnType<typeof work>,
  async identity() {
    const own = await identity();
    return own?.state === 'paired'
      ? { browser: own.browser, log: own.log.origin, logKey: own.log.logKey }
      : undefined;
  },
  firsts: readRecords,
  forget: forgetRecords,
  number: numberRecords,
  chain: readChain,
  lowest: lowestBatch,
  unsigned: unsignedBatches,
  setSignature,
  held: readCheckpoint,
  proven: provenBatch,
  totals: outboxTotals,
  async sign(text) {
    const own = await identity();
    if (!own) throw new Error('a batch is signed by an identity');
    return signText(own.keys, 'batch', text);
  },
  send: ({ text, signature, details }, from) =>
    call(recordActions, { body: { batch: { text, signature }, details, from } }),
  offset: async () => (await readStatus()).offset,
  now: () => Date.now(),
  later,
  async changed(standing) {
    await loaded;
    change.outboxChanged(standing);
    await reconcile();
  },
});

/** Numbers what waits in storage and sends until the log has proven it; the server away is no error. */
export const drain = (): Promise<void> => outbox.drain();

/** Number of this browser's last batch once everything that waits in storage is numbered; -1 with none. */
export const lastNumber = (): Promise<number> => outbox.lastNumber();

/** It wakes with each first copy, and drains them in one place at a time. */
export const deliverRecords: WorkerFeature = {
  start({ ready, signal }) {
    loaded = ready;
    timer.until(signal);
    onRecord(() => later(GATHER_MS), signal);
    onOnline(() => outbox.reachable(), signal);
    later(0);
  },
};
