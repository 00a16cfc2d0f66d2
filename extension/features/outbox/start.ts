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
  readHeld,
  setSignature,
  unsignedBatches,
} from '../../platform/outbox-store.ts';
import { forgetRecords, onRecord, readRecords } from '../../platform/records.ts';
import { readStatus } from '../../platform/status.ts';
import type { Core, Outbox } from '../worker.ts';
import { drainer } from './drain.ts';

/** Long enough for a press to become a click or a request, short enough to be seen live within two seconds; in ms. */
const GATHER = 150;

const identity = async () => (await db()).get('identity', 'this');

/** The outbox of this browser: it wakes with each first copy, and drains them in one place at a time. */
export function startOutbox(core: Core): Outbox {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let due = Infinity;
  const later = (ms: number): void => {
    if (Date.now() + ms >= due) return;
    clearTimeout(timer);
    due = Date.now() + ms;
    timer = setTimeout(() => {
      due = Infinity;
      outbox.drain().catch(() => {
        // The worker is stopping, or storage is gone; the next start, alarm or record drains again.
      });
    }, ms);
  };
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
    held: readHeld,
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
    changed: (state) => core.outboxChanged(state),
  });
  onRecord(() => later(GATHER));
  addEventListener('online', () => outbox.reachable());
  later(0);
  return outbox;
}
