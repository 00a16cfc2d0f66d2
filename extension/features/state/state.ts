import { Refusal } from '#shared/errors.ts';
import type { ConsoleInfo, ConsoleList } from '#shared/domain/consoles/statements.ts';
import type { GrantView } from '#shared/domain/grants/views.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { db, type Claim, type Former, type Identity } from '../../platform/db.ts';
import type { Gate } from '../../platform/gates.ts';
import { readFormer, readLastManaged } from '../../platform/former-store.ts';
import { readSession, writeSession } from '../../platform/session.ts';
import type { Status } from '../../platform/status.ts';
import { type Fork, readFork } from '../../platform/witness-store.ts';
import { gatedConsoles } from '../access/gated.ts';
import { stopOf, type Stop } from '../access/stops.ts';
import type { Showing } from '../gate/visible-tabs.ts';
import { readConfiguration, type Managed } from '../managed/config.ts';
import { forStorage, type Held } from '../leases/held.ts';
import { readConsoles } from '../leases/verify.ts';

/**
 * What the worker knows. Who we are and which consoles there are outlive everything (IndexedDB). What stands open
 * lives as long as the browser runs (`storage.session`): after a restart or an update nothing is held, so everything
 * is shut until the server has answered (T8, T9).
 */
export interface State {
  identity: Identity | undefined;
  claim: Claim | undefined;
  /** The last console list that the server signed. */
  list: ConsoleList | undefined;
  /** Why the last pairing or the last answer was refused, as a sentence; else empty. */
  refused: string;
  /** Which log the person has to decide about before a pairing goes on. */
  anotherLog: Status['anotherLog'];
  /** Two histories of the log that this browser was shown: everything is shut until it is paired anew. */
  fork: Fork | undefined;
  /** What the browser's policy fixes; undefined where it says nothing. */
  managed: Managed | undefined;
  /** Servers that this browser was paired with before, and that have not released it. */
  kept: Kept[];
  /** Was something given up in this worker's life, so that "nothing is gated" is no loss of memory but true? */
  released: boolean;
  run: Run;
}

/** A server before, and the consoles that it keeps shut here. */
export interface Kept {
  former: Former;
  list: ConsoleList | undefined;
  /** Those of its list that it shuts: all but the ones that it only watched. */
  consoles: ConsoleInfo[];
  /**
   * Why nobody there may be able to release it: `silent`, it does not answer; `unknown`, it does not know this browser;
   * `unproven`, what it says of a release does not hold. Else empty.
   */
  trouble: '' | 'silent' | 'unknown' | 'unproven';
}

/** The part in `storage.session`. */
export interface Run {
  held: Held[];
  person: { id: string; handle: string } | null;
  requests: RequestView[];
  grants: GrantView[];
  /** Grants that were handed back here: an answer still on its way must not open them again. */
  handedBack: string[];
  /** Match patterns of hosts that are not allowed to us. */
  missing: string[];
  /** Ids of consoles whose rules the browser refused; they are shut by other means. */
  refusedRules: string[];
  /** Which tab shows a page of which console. */
  showing: Showing[];
  /** When the browser was started, as far as the worker saw it; local wall time, ms. */
  since: number;
  /** Server time minus local wall time, ms. */
  offset: number;
  /** Local wall time since when nobody answers; 0 while somebody does. */
  unreachableSince: number;
  /** Why server and extension cannot work together, or empty. */
  unfit: Status['unfit'];
  outbox: Status['outbox'];
  /** The activation window that is open. */
  activating: { request: string; window: number } | null;
  /** When this browser last asked for a checkpoint, and when it last proved one, over how many entries; local ms. */
  witnessed: { tried: number; at: number; size: number };
  /** Up to when what the rules stopped is counted; local wall time in ms. */
  counted: number;
  /** Warnings given already: `<grant>:<minutes>`. */
  warned: string[];
}

const RUN = 'run';
const noRun: Run = {
  held: [],
  person: null,
  requests: [],
  grants: [],
  handedBack: [],
  missing: [],
  refusedRules: [],
  showing: [],
  since: 0,
  offset: 0,
  unreachableSince: 0,
  unfit: '',
  outbox: { size: 0, full: false, trouble: '' },
  activating: null,
  witnessed: { tried: 0, at: 0, size: 0 },
  counted: 0,
  warned: [],
};

export const state: State = {
  identity: undefined,
  claim: undefined,
  list: undefined,
  refused: '',
  anotherLog: null,
  fork: undefined,
  managed: undefined,
  kept: [],
  released: false,
  run: noRun,
};

/** Reads what was kept. The console list is verified anew: what is kept is the server's signed text. */
export async function load(): Promise<void> {
  const database = await db();
  state.identity = await database.get('identity', 'this');
  state.claim = await database.get('claim', 'this');
  const signed = await database.get('consoles', 'last');
  state.list = signed && state.identity && (await readConsoles(signed, state.identity, 0));
  state.fork = await readFork();
  state.managed = readConfiguration(await readLastManaged());
  // The browser may have been paired with one of them again just before it was stopped.
  const former = (await readFormer()).filter(({ log }) => log.genesis !== state.identity?.log.genesis);
  state.kept = await Promise.all(former.map(keptOf));
  state.run = { ...noRun, since: Date.now(), ...(await readSession<Run>(RUN)) };
}

export const keepRun = (): Promise<void> =>
  writeSession(RUN, { ...state.run, held: state.run.held.map(forStorage) });

let last: Promise<unknown> = Promise.resolve();

/** Runs one piece of work after the other, so that rules are never computed from two states at once. */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const done = last.then(work);
  last = done.catch(() => undefined);
  return done;
}

export async function keptOf(former: Former): Promise<Kept> {
  const list = await readConsoles(former.consoles, former, 0);
  const consoles = list?.consoles.filter(({ mode }) => mode !== 'watch') ?? [];
  return { former, list, consoles, trouble: '' };
}

/** Every console that is gated in this browser, by whomever. */
export const gated = (): ConsoleInfo[] =>
  gatedConsoles({
    list: state.list?.consoles,
    paired: state.identity?.state === 'paired' && state.list !== undefined,
    managed: state.managed,
    kept: state.kept,
  });

export const infoOf = (id: string) => state.list?.consoles.find((one) => one.id === id);

/** How the last call to the server came out. */
export const server = (): Gate['server'] =>
  state.run.unfit ? 'unfit' : state.run.unreachableSince > 0 ? 'away' : 'answers';

/** What keeps this console shut here, whatever policy and grants say. */
export const stopHere = (info: ConsoleInfo): Stop | undefined => {
  const kept = state.kept.map(({ consoles }) => ({ hosts: consoles.flatMap(({ hosts }) => hosts) }));
  return stopOf({ ...state.run, fork: state.fork, managed: state.managed, kept }, info);
};

/** Who we are; throws Refusal while this browser is not paired. */
export function paired(): Identity {
  if (state.identity?.state !== 'paired') throw new Refusal('browser_unknown');
  return state.identity;
}

/** Server time now as far as we know, ms: what goes into signed things. Nothing is decided by it. */
export const serverNow = (): number => Math.max(0, Math.round(Date.now() + state.run.offset));
