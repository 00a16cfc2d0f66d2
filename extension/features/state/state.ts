import type { ConsoleInfo, ConsoleList } from '#shared/domain/consoles/statements.ts';
import type { GrantView } from '#shared/domain/grants/views.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import type { Claim, FormerPairing, Identity } from '../../platform/db.ts';
import type { Status } from '../../platform/status.ts';
import type { Fork } from '../../platform/witness-store.ts';
import type { HeldLease } from '../leases/index.ts';

/**
 * What the worker knows. Who we are and which consoles there are outlive everything (IndexedDB). What stands open
 * lives as long as the browser runs (`storage.session`): after a restart or an update nothing is held, so everything
 * is shut until the server has answered (T8, T9). Everybody reads it; `changes.ts` alone writes it.
 */
export interface WorkerState {
  readonly identity: Identity | undefined;
  readonly claim: Claim | undefined;
  /** The last console list that the server signed. */
  readonly list: ConsoleList | undefined;
  /** Why the last pairing or the last answer was refused, as a sentence; else empty. */
  readonly refused: string;
  /** Which log the person has to decide about before a pairing goes on. */
  readonly anotherLog: Status['anotherLog'];
  /** Two histories of the log that this browser was shown: everything is shut until it is paired anew. */
  readonly fork: Fork | undefined;
  /** What the browser's policy fixes; undefined where it says nothing. */
  readonly managed: Managed | undefined;
  /** Servers that this browser was paired with before, and that have not released it. */
  readonly former: readonly FormerServer[];
  /** Was something given up in this worker's life, so that "nothing is gated" is no loss of memory but true? */
  readonly released: boolean;
  readonly run: RunState;
}

/** What the browser's policy fixes for this extension (`public/managed-schema.json`). */
export interface Managed {
  /** Origin of the only server to pair with; empty where it cannot be read. */
  server: string;
  /** Genesis hash of that server's log; empty where it cannot be read. */
  genesis: string;
  /** Hosts that are shut until this browser is paired. */
  hosts: string[];
  /** What is wrong with it, as a sentence; all that it names then stays shut, paired or not. Empty where nothing is. */
  fault: string;
}

/** A server before, and the consoles that it keeps shut here. */
export interface FormerServer {
  pairing: FormerPairing;
  list: ConsoleList | undefined;
  /** Those of its list that it shuts: all but the ones that it only watched. */
  consoles: ConsoleInfo[];
  /**
   * Why nobody there may be able to release it: `silent`, it does not answer; `unknown`, it does not know this browser;
   * `unproven`, what it says of a release does not hold. Else empty.
   */
  trouble: '' | 'silent' | 'unknown' | 'unproven';
}

/** Which tab shows a page or a frame of which console: rules by tab hold there. */
export interface ConsoleTab {
  tab: number;
  /** Console id. */
  console: string;
}

/** The part in `storage.session`. */
export interface RunState {
  readonly held: readonly HeldLease[];
  readonly person: { id: string; handle: string } | null;
  readonly requests: readonly RequestView[];
  readonly grants: readonly GrantView[];
  /** Grants that were ended here: an answer still on its way must not open them again. */
  readonly endedHere: readonly string[];
  /** Match patterns of hosts that are not allowed to us. */
  readonly missing: readonly string[];
  /** Ids of consoles whose rules the browser refused; they are shut by other means. */
  readonly refusedRules: readonly string[];
  readonly consoleTabs: readonly ConsoleTab[];
  /** When the browser was started, as far as the worker saw it; local wall time, ms. */
  readonly since: number;
  /** Server time minus local wall time, ms. */
  readonly offset: number;
  /** Local wall time since when nobody answers; 0 while somebody does. */
  readonly unreachableSince: number;
  /** Why server and extension cannot work together, or empty. */
  readonly unfit: Status['unfit'];
  readonly outbox: Status['outbox'];
  /** The activation window that is open. */
  readonly activating: { request: string; window: number } | null;
  /** When this browser last asked for a checkpoint, and when it last proved one, over how many entries; local ms. */
  readonly witnessed: { tried: number; at: number; size: number };
  /** Up to when what the rules blocked is counted; local wall time in ms. */
  readonly countedUntil: number;
  /** Warnings given already: `<grant>:<minutes>`, or `<grant>:away`. */
  readonly warned: readonly string[];
}

export const noRun: RunState = {
  held: [],
  person: null,
  requests: [],
  grants: [],
  endedHere: [],
  missing: [],
  refusedRules: [],
  consoleTabs: [],
  since: 0,
  offset: 0,
  unreachableSince: 0,
  unfit: '',
  outbox: { size: 0, full: false, trouble: '' },
  activating: null,
  witnessed: { tried: 0, at: 0, size: 0 },
  countedUntil: 0,
  warned: [],
};

export const state: WorkerState = {
  identity: undefined,
  claim: undefined,
  list: undefined,
  refused: '',
  anotherLog: null,
  fork: undefined,
  managed: undefined,
  former: [],
  released: false,
  run: noRun,
};
