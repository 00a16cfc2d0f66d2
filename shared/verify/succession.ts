import { fromBase64url, toBase64url } from '#shared/bytes.ts';
import type { Body, Entry } from '#shared/domain/entries.ts';
import { ProofError, leafHash } from '#shared/log/merkle/hash.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { verifyConsistency, verifyInclusion } from '#shared/log/merkle/verify.ts';
import { type Checkpoint, openCheckpoint } from '#shared/log/note/checkpoint.ts';
import { NoteError, parseVkey } from '#shared/log/note/keys.ts';
import type { SuccessionAnswer } from '#shared/domain/succession/views.ts';
import { verifyEd25519 } from './keys.ts';
import { type Reading, emptyReading, readEntries, sayDoubt } from './read.ts';
import { count } from './tree.ts';

/** What somebody holds of a log: its keys, and the newest checkpoint of it that was proven to them. */
export interface HeldLog {
  origin: string;
  /** The log's verifier key, `name+id+key`. */
  logKey: string;
  /** Raw Ed25519 public key, base64url. */
  leaseKey: string;
  /** Leaf hash of entry 0, base64url. */
  genesis: string;
  /** 0 where no checkpoint was proven yet. */
  size: number;
  /** base64url. */
  root: string;
}

/** What they hold next. */
export interface Succession extends HeldLog {
  /** The checkpoint as it was signed. */
  note: string;
  /** Entries that were given up by recoveries since; they are in no log any more. */
  lost: number;
}

type Recovery = Body<'log.recovered'>;

/**
 * Checks that a log's present keys follow lawfully from those held: every rotation since was endorsed by the key before
 * and touched by two administrators, every recovery touched by two administrators over what it gives up. Whoever stole
 * the log key cannot invent an administrator, because each of those is shown to have been made one by a touch of one
 * before, back to the pinned genesis. Pure but for WebCrypto. Throws Error with a sentence where anything does not hold.
 *
 * Not shown is that nobody of them was removed or disabled since: an answer may leave that out.
 */
export async function checkSuccession(held: HeldLog, answer: SuccessionAnswer): Promise<Succession> {
  try {
    return (await check(held, answer)).next;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The log names a key or origin that this browser does not trust, and does not prove the change: ${why} Consoles stay closed. Tell an administrator. If they confirm a recovery, pair again.`,
      { cause: error },
    );
  }
}

/**
 * Checks that an administrator released this browser from the log that it holds, as its keys are checked: by a touch of
 * somebody who is shown to have been made one. Throws Error with a sentence where that is not shown.
 */
export async function checkRelease(
  held: HeldLog,
  answer: SuccessionAnswer,
  { browser, publicKey }: { browser: string; publicKey: string },
): Promise<void> {
  const { state } = await check(held, answer);
  const row = state.get('browser', browser);
  if (row?.publicKey !== publicKey || row.status !== 'released')
    throw new Error('No administrator released this browser.');
}

async function check(
  held: HeldLog,
  answer: SuccessionAnswer,
): Promise<{ next: Succession; state: Reading['state'] }> {
  const entries = answer.entries.map(({ index, bytes }) => ({ index, bytes: fromBase64url(bytes) }));
  const [first] = entries;
  if (!first || first.index !== 0 || toBase64url(leafHash(sha256, first.bytes)) !== held.genesis)
    throw new Error('It does not begin with the genesis that was pinned.');
  if (entries.some(({ index }, i) => i > 0 && index <= (entries[i - 1]?.index ?? 0)))
    throw new Error('Its entries are not in order.');

  const { reading, recoveries } = await read(held, entries);
  const log = reading.state.get('log', 'log');
  if (!log) throw new Error('It does not say whose log it is.');
  const head = await headOf(answer.checkpoint, log);
  const seen = proveHistory(held, head, recoveries, answer);
  for (const [i, { index, bytes }] of entries.entries())
    within(() =>
      verifyInclusion(sha256, {
        leaf: leafHash(sha256, bytes),
        index,
        size: head.size,
        root: head.root,
        proof: (answer.entries[i]?.proof ?? []).map(fromBase64url),
      }),
    );
  const reset = reading.tally.hostResets.find(({ entry }) => entry >= seen);
  if (reset)
    throw new Error(
      `A command on its host reset ${reset.handle} (entry ${reset.entry}), and no touch shows who that is now.`,
    );

  const { origin, logKey, leaseKey } = log;
  const next = {
    origin,
    logKey,
    leaseKey,
    genesis: held.genesis,
    size: head.size,
    root: toBase64url(head.root),
    note: answer.checkpoint,
    lost: recoveries.reduce((sum, { lost, restored }) => sum + lost.size - restored.size, 0),
  };
  return { next, state: reading.state };
}

/** Judges the entries as the verifier of whole logs does, and finds the recoveries since the keys that are held. */
async function read(
  held: HeldLog,
  entries: readonly { index: number; bytes: Uint8Array }[],
): Promise<{ reading: Reading; recoveries: Recovery[] }> {
  const reading = emptyReading();
  const recoveries: Recovery[] = [];
  let known = false;
  const each = (entry: Entry): void => {
    if (known && entry.type === 'log.recovered') recoveries.push(entry.body);
    const log = reading.state.get('log', 'log');
    known ||= log?.origin === held.origin && log.logKey === held.logKey && log.leaseKey === held.leaseKey;
  };
  const from = {
    size: (entries.at(-1)?.index ?? -1) + 1,
    root: (size: number) => Promise.resolve(size === held.size && size > 0 ? held.root : undefined),
    async *entries() {
      yield* entries;
    },
    entry: (index: number) => Promise.resolve(entries.find((entry) => entry.index === index)?.bytes),
  };
  for await (const _ of readEntries(from, false, reading, each));
  const [doubt] = reading.doubts;
  if (doubt) throw new Error(sayDoubt(doubt.entry, doubt.reason ?? ''));
  if (!known) throw new Error('The keys that were held are not among its own.');
  return { reading, recoveries };
}

async function headOf(note: string, log: { origin: string; logKey: string }): Promise<Checkpoint> {
  try {
    const head = await openCheckpoint(note, parseVkey(log.logKey), verifyEd25519);
    if (head.origin === log.origin) return head;
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
  }
  throw new Error('Its newest checkpoint is not signed by the key it names.');
}

/**
 * Shows that the new tree extends the one held, or what recoveries kept of it. Returns up to which entry the history is
 * one that was held before.
 */
function proveHistory(
  held: HeldLog,
  head: Checkpoint,
  recoveries: readonly Recovery[],
  { consistency }: SuccessionAnswer,
): number {
  const [first] = recoveries;
  // What was given up may be more than was held, never less: then more was lost than whoever touched was told.
  if (first && first.lost.size < held.size)
    throw new Error(
      `Here ${count(held.size, 'entry', 'entries')} were proven before, and it says that no more than ${first.lost.size} ever were signed.`,
    );
  if (first?.lost.size === held.size && first.lost.root !== held.root)
    throw new Error('What it says was lost is another history than the one that was proven here before.');
  const shortest = recoveries.reduce(
    (least, { restored }) => (restored.size < least.size ? restored : least),
    { size: held.size, root: held.root },
  );
  if (shortest.size > 0)
    within(() =>
      verifyConsistency(sha256, {
        from: shortest.size,
        to: head.size,
        oldRoot: fromBase64url(shortest.root),
        newRoot: head.root,
        proof: consistency.map(fromBase64url),
      }),
    );
  return shortest.size === held.size ? held.size : 0;
}

function within(prove: () => void): void {
  try {
    prove();
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw new Error(`It is inconsistent: ${error.message}.`, { cause: error });
  }
}
