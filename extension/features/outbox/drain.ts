import { Refusal } from '#shared/errors.ts';
import type { HeldCheckpoint, OutboxBatch } from '../../platform/db.ts';
import { newChain, plan, readFirsts, ripe, MAX_STEP_RECORDS, unproven } from './plan.ts';
import type { Chain } from '../../platform/outbox-store.ts';
import { checkReceipt, ReceiptError, type BatchReceipt } from './receipt.ts';

/** What the drainer stands on: storage, the key, the server, the clock. Every call may be the last of the worker. */
export interface OutboxWorld {
  /** Runs one at a time over all contexts of the extension. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  /** Undefined while this browser is not paired: then everything waits. */
  identity(): Promise<{ browser: string; log: string; logKey: string } | undefined>;
  /** First copies by storage key. */
  firsts(): Promise<Record<string, unknown>>;
  forget(keys: string[]): Promise<void>;
  /** One transaction: reads the chain and what waits of an earlier key, writes what `next` returns. */
  number(
    next: (chain: Chain | undefined, waiting: OutboxBatch[]) => { chain: Chain; batches: OutboxBatch[] },
    /** Is the stored chain of another key, so that all that waits is to be replaced? */
    isAnother: (chain: Chain) => boolean,
  ): Promise<void>;
  chain(): Promise<Chain | undefined>;
  /** The waiting batch of the lowest number. */
  lowest(): Promise<OutboxBatch | undefined>;
  /** Waiting batches without a signature, lowest number first. */
  unsigned(): Promise<OutboxBatch[]>;
  setSignature(number: number, signature: string): Promise<void>;
  held(): Promise<HeldCheckpoint | undefined>;
  /** One transaction: keeps the newer checkpoint and deletes the batch. */
  proven(number: number, newer: HeldCheckpoint): Promise<void>;
  totals(): Promise<{ records: number; bytes: number }>;
  /** By the browser key, prefix `batch`; base64url. */
  sign(text: string): Promise<string>;
  /** POST to `recordActions`. Throws Refusal. */
  send(batch: OutboxBatch, from: number): Promise<BatchReceipt>;
  /** Server time minus local time, in ms. */
  offset(): Promise<number>;
  now(): number;
  /** Calls drain again after so many ms, if the worker lives. */
  later(ms: number): void;
  /** Tells how the outbox stands. */
  changed(state: OutboxState): Promise<void>;
}

export interface OutboxState {
  /** Actions not yet proven to be in the log. */
  size: number;
  /** Past the high-water mark: every console is to shut until it has drained; nothing is dropped (T28). */
  full: boolean;
  /** Why nothing more can be delivered until somebody looks, as a sentence; empty while all is well. */
  trouble: string;
}

export const HIGH_WATER_MARK = { records: 50_000, bytes: 64 * 2 ** 20 };
/** Opens again below this part of the mark, so that the gate does not flutter. */
const REOPEN_BELOW = 0.9;
const MAX_PAUSE_MS = 15_000;

export function drainer(world: OutboxWorld, mark = HIGH_WATER_MARK) {
  let failures = 0;
  let notBefore = 0;
  let full = false;
  let trouble = '';
  /** Whose trouble: a new pairing starts anew. */
  let troubled = '';

  /** Steps 1 to 3: number and bytes in one transaction, then the first copies may go. */
  async function take(all: boolean): Promise<void> {
    const identity = await world.identity();
    if (!identity) return;
    for (;;) {
      const stored = await world.firsts();
      const { firsts, odd } = readFirsts(stored);
      const found = ripe(firsts, world.now(), all);
      const step = found.ripe.slice(0, MAX_STEP_RECORDS);
      const offset = await world.offset();
      const isAnother = (chain: Chain): boolean => chain.browser !== identity.browser;
      const stale = await world.chain();
      if (step.length > 0 || (stale && isAnother(stale)))
        await world.number((chain, waiting) => {
          const another = chain !== undefined && isAnother(chain);
          const from = chain && !another ? chain : newChain(identity.browser);
          const earlier = another ? unproven(waiting) : [];
          return plan(from, step, { log: identity.log, offset, earlier });
        }, isAnother);
      // A crash here leaves first copies whose ids are known: the next drain only deletes them.
      await world.forget([...step.map(({ id }) => `act:${id}`), ...odd]);
      if (found.wait > 0) world.later(found.wait);
      if (step.length === found.ripe.length) return;
    }
  }

  /** Step 4. The signature is kept before it is used, so that the same bytes go out every time. */
  async function sign(): Promise<void> {
    for (const { number, text } of await world.unsigned())
      await world.setSignature(number, await world.sign(text));
  }

  /** Steps 5 and 6: exactly these bytes until proven; only what is proven is deleted. */
  async function deliver(): Promise<void> {
    for (;;) {
      const identity = await world.identity();
      if (identity && identity.browser !== troubled) trouble = '';
      if (trouble !== '') return;
      // An earlier call, for a new record, took the place of the one that was to come after the pause.
      const pause = notBefore - world.now();
      if (pause > 0) return world.later(pause);
      const batch = await world.lowest();
      if (!identity || !batch || batch.signature === '') return;
      const last = await world.held();
      const held = last?.logKey === identity.logKey ? last : undefined;
      const receipt = await world.send(batch, held?.size ?? 0);
      // A crash here sends the same bytes again; the server answers with the same index (case 46).
      const newer = await checkReceipt(
        receipt,
        { ...batch, browser: identity.browser },
        { logKey: identity.logKey, held },
      );
      await world.proven(batch.number, newer);
      failures = 0;
      await tell();
    }
  }

  /** What refused: the server away is no trouble and is tried again; the rest is told. */
  async function paused(cause: unknown): Promise<void> {
    troubled = (await world.identity())?.browser ?? '';
    if (cause instanceof Refusal && (cause.code === 'browser_suspended' || cause.code === 'browser_unknown'))
      trouble = cause.message;
    else if (cause instanceof ReceiptError) trouble = cause.message;
    else if (!(cause instanceof Refusal)) throw cause;
    failures += 1;
    const pause = Math.min(MAX_PAUSE_MS, 500 * 2 ** failures);
    notBefore = world.now() + pause;
    world.later(pause);
  }

  async function tell(): Promise<void> {
    const { records, bytes } = await world.totals();
    const part = Math.max(records / mark.records, bytes / mark.bytes);
    full = part >= (full ? REOPEN_BELOW : 1);
    await world.changed({ size: records, full, trouble });
  }

  async function drain(all = false): Promise<void> {
    await world.exclusive(async () => {
      await take(all);
      await sign();
      await tell();
      try {
        await deliver();
      } catch (cause) {
        await paused(cause);
        await tell();
      }
    });
  }

  return {
    /** Numbers, signs and sends; the server away is no error. */
    drain: () => drain(),
    /** Numbers everything that waits, held back or not, and gives the last number: what an end commits to. */
    lastNumber: () =>
      world.exclusive(async () => {
        await take(true);
        await sign();
        world.later(0);
        return (await world.chain())?.number ?? -1;
      }),
    /** Tries again at once: the server answered somebody. */
    reachable(): void {
      notBefore = 0;
      world.later(0);
    },
  };
}
