import type { ConsoleInfo } from '#shared/domain/consoles/statements.ts';
import type { GrantView } from '#shared/domain/grants/views.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { listen } from './listen.ts';
import { native } from './native.ts';
import type { Fork } from './witness-store.ts';

/**
 * All that the extension's own pages draw, kept whole in `storage.session` under `status`, where no page of a
 * console can read it. Only the worker writes it. Times inside views are the server's: subtract `offset`.
 */
export interface Status {
  /** `waiting`: claimed, the person has not yet touched. `ended`: the server no longer knows this browser. */
  pairing: 'none' | 'waiting' | 'paired' | 'ended';
  /** The short code to compare, while waiting. */
  code: string;
  /** Why the last pairing came to nothing, as a sentence; else empty. */
  refused: string;
  /** Genesis hashes: the server's address was paired with one log and shows another, and its person has to say which. */
  anotherLog: { held: string; shown: string } | null;
  /** Server's origin, or empty. */
  server: string;
  person: { id: string; handle: string } | null;
  reachable: boolean;
  /** Local wall time in ms; 0 while reachable. */
  unreachableSince: number;
  /** The code of the refusal where server and extension are too far apart to work together; else empty. */
  unfit: '' | 'extension_outdated' | 'server_outdated';
  /** Server time minus local wall time, in ms. */
  offset: number;
  /** Match patterns of hosts that the policy names and the browser has not allowed us (T33). */
  missing: string[];
  /** Ids of consoles whose rules the browser refused. */
  refusedRules: string[];
  /** Every console that is gated here; those that are not the server's own have an id that begins with `~`. */
  consoles: ConsoleInfo[];
  /** What the browser's policy fixes, and what is wrong with it; `fault` is empty where nothing is. */
  managed: { server: string; fault: string; hosts: string[] } | null;
  /**
   * Former servers that keep consoles shut here until they release this browser. `silent`: it does not answer;
   * `unknown`: it does not know this browser; `unproven`: what it says of a release does not hold.
   */
  former: {
    server: string;
    names: string[];
    hosts: string[];
    trouble: '' | 'silent' | 'unknown' | 'unproven';
  }[];
  /** Open requests, and those closed in the last hour, newest first. */
  requests: RequestView[];
  /** Approved and running grants, and those ended in the last hour. */
  grants: RunningGrant[];
  /**
   * `size`: actions not yet proven to be in the log. `full`: at the high-water mark every console is shut (T28).
   * `trouble`: why nothing can be delivered until somebody looks, as a sentence; empty while all is well.
   */
  outbox: { size: number; full: boolean; trouble: string };
  /** Two histories that the log showed this browser: every console is shut. */
  fork: Fork | null;
  /** When this browser last proved that the log only grew (local ms, 0 for never), and over how many entries. */
  witnessed: { at: number; size: number };
  /** The request whose activation window is open, or empty. */
  activating: string;
}

export interface RunningGrant extends GrantView {
  /** When it ends, local wall time in ms. */
  localUntil: number;
  /** Is there a living lease, so that the console is open in this browser? */
  open: boolean;
  /** False while the server is out of reach and the policy lets the grant run on. */
  confirmed: boolean;
  /** When it shuts here unless the server renews it before, local wall time in ms; 0 while nothing is missed. */
  cutoff: number;
}

export const STATUS_KEY = 'status';

export const noStatus: Status = {
  pairing: 'none',
  code: '',
  refused: '',
  anotherLog: null,
  server: '',
  person: null,
  reachable: true,
  unreachableSince: 0,
  unfit: '',
  offset: 0,
  missing: [],
  refusedRules: [],
  consoles: [],
  managed: null,
  former: [],
  requests: [],
  grants: [],
  outbox: { size: 0, full: false, trouble: '' },
  fork: null,
  witnessed: { at: 0, size: 0 },
  activating: '',
};

export async function readStatus(): Promise<Status> {
  const stored = await native().storage.session.get(STATUS_KEY);
  return { ...noStatus, ...(stored[STATUS_KEY] as Partial<Status> | undefined) };
}

/** Worker only: replaces it whole. */
export const writeStatus = (status: Status): Promise<void> =>
  native().storage.session.set({ [STATUS_KEY]: status });

/** Calls with the new status after each change, until the signal aborts. */
export function onStatus(listener: (status: Status) => void, signal?: AbortSignal): void {
  const changed = (changes: Record<string, { newValue?: unknown }>, area: string) => {
    const change = changes[STATUS_KEY];
    if (area === 'session' && change) listener({ ...noStatus, ...(change.newValue as Partial<Status>) });
  };
  listen(native().storage.onChanged, changed, signal);
}
