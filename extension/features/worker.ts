/** What a feature of the worker is given. */
export interface WorkerLife {
  /** Resolves when the state is loaded and every feature has prepared: handlers wait for it. */
  readonly ready: Promise<void>;
  /** After it aborts, nothing of a feature listens or waits any more. */
  readonly signal: AbortSignal;
}

/** A part of the worker, listed in `features.ts`. Whatever it starts ends when the signal aborts. */
export interface WorkerFeature {
  /** At the worker's start, before anything is opened by what was kept. In turn, in the order of the list. */
  prepare?(): Promise<void>;
  /** In the worker's first turn: a listener that is added later misses the event that woke the worker. */
  start?(worker: WorkerLife): void;
  /** At the worker's start and twice a minute: what may have changed unheard. In turn, in the order of the list. */
  look?(): Promise<void>;
}
