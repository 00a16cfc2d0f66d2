/**
 * The verifier: whoever holds the log's key checks with it what the server says, trusting neither the server nor its
 * database. Pure over a reader of files and WebCrypto, so that it runs the same in a page and on the command line.
 */

/**
 * Reads one file of a log as C2SP tlog-tiles lays it out under `/log/`: `checkpoint`, `tile/0/000`,
 * `tile/entries/000.p/17`. Rejects with a sentence where it cannot; that is no verdict on the log.
 */
export type Source = (path: string) => Promise<Uint8Array>;

/** An entry's bytes with its place in the log. */
export interface Placed {
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** What whoever verifies knows from elsewhere. The genesis names the first log key, so it alone is enough. */
export interface Pins {
  /** The log's verifier key, `name+id+key` (C2SP signed-note). */
  logKey?: string;
  /** Leaf hash of entry 0, base64url. Without it people are as the server introduced them. */
  genesis?: string;
  /** Cosigner keys of outside witnesses, each `name+id+key` (C2SP tlog-cosignature), whose word is asked for. */
  witnesses?: readonly string[];
}

/** What a verification says of itself while it runs. */
export interface Step {
  /** A step that comes again under the same key takes the place of its earlier state. */
  key: string;
  /** What was checked, in a sentence. A failure names the entry. */
  sentence: string;
  /** A note says what was taken as given or not asked; it changes no verdict. */
  state: 'checking' | 'ok' | 'failed' | 'unknown' | 'note';
  /** How far this step is, where that is known. */
  progress?: { done: number; of: number };
  /** Index of the entry that a failure is about. */
  entry?: number;
}

/** One failure fails all; what cannot be judged leaves all unknown. */
export interface Verdict {
  state: 'ok' | 'failed' | 'unknown';
  sentence: string;
  /** Index of the entry that does not hold, or cannot be judged. */
  entry?: number;
}

/** A verification as it runs: its steps, then its verdict. */
export type Verification = AsyncGenerator<Step, Verdict, void>;

/** What a verification ends with, before its end. */
export class Fault extends Error {
  readonly state: 'failed' | 'unknown';
  readonly entry: number | undefined;

  constructor(state: 'failed' | 'unknown', sentence: string, entry?: number) {
    super(sentence);
    this.state = state;
    this.entry = entry;
  }
}
