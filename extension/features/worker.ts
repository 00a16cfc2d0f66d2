import type { Status } from '../platform/status.ts';

/** What the worker's core gives to the outbox, and what it wants of it. */
export interface Core {
  /** The outbox says how it stands after each change: into `Status.outbox`; at the high-water mark all consoles shut. */
  outboxChanged(outbox: Status['outbox']): Promise<void>;
}

export interface Outbox {
  /** Numbers what waits in storage and sends until the log has proven it; the server away is no error. */
  drain(): Promise<void>;
  /** Number of this browser's last batch once everything that waits in storage is numbered; -1 with none. */
  lastNumber(): Promise<number>;
}

/** Called once in each worker's life, in its first turn: listeners must be registered synchronously. */
export type StartOutbox = (core: Core) => Outbox;
