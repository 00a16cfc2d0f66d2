import { db, type HeldCheckpoint } from './db.ts';
import { CHECKPOINT_KEY } from './outbox-store.ts';

/** Two checkpoints that this log's key signed and of which neither extends the other. */
export interface Fork {
  /** The note that this browser held, and the one that it was shown. */
  held: string;
  shown: string;
  /** Local wall time, ms. */
  at: number;
  /** Whether the server has it. */
  told: boolean;
}

const FORK_KEY = 'fork';
const strict = { durability: 'strict' } as const;

export async function readFork(): Promise<Fork | undefined> {
  return (await (await db()).get('meta', FORK_KEY)) as Fork | undefined;
}

export async function writeFork(fork: Fork): Promise<void> {
  const transaction = (await db()).transaction('meta', 'readwrite', strict);
  await Promise.all([transaction.store.put(fork, FORK_KEY), transaction.done]);
}

/** The person has paired anew: what the fork was is kept under its time, and no longer shuts anything. */
export async function putForkAside(): Promise<void> {
  const transaction = (await db()).transaction('meta', 'readwrite', strict);
  const fork = (await transaction.store.get(FORK_KEY)) as Fork | undefined;
  if (fork)
    await Promise.all([transaction.store.put(fork, `fork ${fork.at}`), transaction.store.delete(FORK_KEY)]);
  await transaction.done;
}

/** Keeps a checkpoint that was proven, unless a newer one of the same key is there; `instead` of whatever is there. */
export async function keepCheckpoint(newer: HeldCheckpoint, instead = false): Promise<void> {
  const transaction = (await db()).transaction('meta', 'readwrite', strict);
  const held = (await transaction.store.get(CHECKPOINT_KEY)) as HeldCheckpoint | undefined;
  if (instead || held?.logKey !== newer.logKey || held.size < newer.size)
    await transaction.store.put(newer, CHECKPOINT_KEY);
  await transaction.done;
}

export async function forgetCheckpoint(): Promise<void> {
  await (await db()).delete('meta', CHECKPOINT_KEY);
}
