import { db, type HeldCheckpoint, type OutboxBatch } from './db.ts';

/** The outbox in IndexedDB. Each function is one transaction; `durability: strict` where an acknowledgement follows. */

/** Where the chain of this browser's key stands: the last number given, and the hash of that batch's signed bytes. */
export interface Chain {
  browser: string;
  number: number;
  hash: string;
  /** Ids numbered lately: a first copy that a crash left behind, or that was written again, is not numbered twice. */
  seen: string[];
}

const CHAIN_KEY = 'chain';
export const CHECKPOINT_KEY = 'checkpoint';
const strict = { durability: 'strict' } as const;

export async function readChain(): Promise<Chain | undefined> {
  return (await (await db()).get('meta', CHAIN_KEY)) as Chain | undefined;
}

/** The newest checkpoint that this browser has verified. */
export async function readCheckpoint(): Promise<HeldCheckpoint | undefined> {
  return (await (await db()).get('meta', CHECKPOINT_KEY)) as HeldCheckpoint | undefined;
}

/** Gives numbers: reads the chain, writes what `next` makes of it. Nothing of it lasts unless all of it does. */
export async function numberRecords(
  next: (chain: Chain | undefined, waiting: OutboxBatch[]) => { chain: Chain; batches: OutboxBatch[] },
  isAnother: (chain: Chain) => boolean,
): Promise<void> {
  const transaction = (await db()).transaction(['outbox', 'meta'], 'readwrite', strict);
  const [outbox, meta] = [transaction.objectStore('outbox'), transaction.objectStore('meta')];
  const chain = (await meta.get(CHAIN_KEY)) as Chain | undefined;
  const another = chain !== undefined && isAnother(chain);
  const waiting = another ? await outbox.getAll() : [];
  const made = next(chain, waiting);
  if (another) await outbox.clear();
  await Promise.all([
    ...made.batches.map((batch) => outbox.put(batch)),
    meta.put(made.chain, CHAIN_KEY),
    transaction.done,
  ]);
}

export async function lowestBatch(): Promise<OutboxBatch | undefined> {
  const cursor = await (await db()).transaction('outbox').store.openCursor();
  return cursor?.value;
}

export async function unsignedBatches(): Promise<OutboxBatch[]> {
  const unsigned: OutboxBatch[] = [];
  // Signatures are given in order, so the unsigned ones are the last.
  let cursor = await (await db()).transaction('outbox').store.openCursor(null, 'prev');
  while (cursor?.value.signature === '') {
    unsigned.unshift(cursor.value);
    cursor = await cursor.continue();
  }
  return unsigned;
}

export async function setSignature(number: number, signature: string): Promise<void> {
  const transaction = (await db()).transaction('outbox', 'readwrite', strict);
  const batch = await transaction.store.get(number);
  if (batch) await transaction.store.put({ ...batch, signature });
  await transaction.done;
}

/** Keeps the newer checkpoint and deletes the batch that it proves. */
export async function provenBatch(number: number, newer: HeldCheckpoint): Promise<void> {
  const transaction = (await db()).transaction(['outbox', 'meta'], 'readwrite');
  const meta = transaction.objectStore('meta');
  const held = (await meta.get(CHECKPOINT_KEY)) as HeldCheckpoint | undefined;
  if (held?.logKey !== newer.logKey || held.size < newer.size) await meta.put(newer, CHECKPOINT_KEY);
  await Promise.all([transaction.objectStore('outbox').delete(number), transaction.done]);
}

/** How many actions wait, and about how many bytes they take. */
export async function outboxTotals(): Promise<{ records: number; bytes: number }> {
  let [records, bytes] = [0, 0];
  let cursor = await (await db()).transaction('outbox').store.openCursor();
  while (cursor) {
    const { ids, text, details } = cursor.value;
    records += ids.length;
    bytes += text.length + details.reduce((sum, { salt, text }) => sum + salt.length + text.length, 0);
    cursor = await cursor.continue();
  }
  return { records, bytes };
}
