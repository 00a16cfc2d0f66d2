import type { ConsoleList } from '#shared/domain/consoles/statements.ts';
import type { browserState } from '#shared/domain/browsers/wire.ts';
import type { AnswerOf } from '#shared/wire/route.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import type { Claim, Identity } from '../../platform/db.ts';
import type { Fork } from '../../platform/witness-store.ts';
import { endingSooner, isNotRenewed, lastOnes, type HeldLease } from '../leases/index.ts';
import {
  state,
  type ConsoleTab,
  type FormerServer,
  type Managed,
  type RunState,
  type WorkerState,
} from './state.ts';

/**
 * Everything that changes what the worker knows, each by the name of what happened. Nothing here is stored, sent or
 * shown: the caller does that, and `reconcile` brings gates, rules and tabs into line.
 */

const set = (part: Partial<WorkerState>): void => void Object.assign(state, part);
const setRun = (part: Partial<RunState>): void => set({ run: { ...state.run, ...part } });
const ended = (identity: Identity | undefined): Identity | undefined =>
  identity && { ...identity, state: 'ended' };

type StateAnswer = AnswerOf<typeof browserState>;

export const change = {
  /** The worker started: what was stored. */
  loaded: (stored: Partial<WorkerState>): void => set(stored),

  // Pairing
  claimed: (claim: Claim): void => set({ claim, anotherLog: null, refused: '' }),
  /** A known address shows another log: its person has to say whether that is meant. */
  anotherLogShown: (anotherLog: WorkerState['anotherLog']): void => set({ anotherLog }),
  anotherLogAccepted: (claim: Claim): void => set({ claim, anotherLog: null }),
  pairingDropped: (why: string): void => set({ claim: undefined, anotherLog: null, refused: why }),
  /** Nothing that another pairing left open stays so. */
  paired(identity: Identity, list: ConsoleList | undefined, former: readonly FormerServer[]): void {
    set({ identity, list, former, claim: undefined, fork: undefined });
    setRun({ held: [], endedHere: [] });
  },
  unpaired(): void {
    set({ identity: ended(state.identity), claim: undefined });
    setRun({ held: [], requests: [], grants: [], person: null });
  },
  /** The server, or the browser's policy, ended the pairing. The consoles stay shut as the last list says. */
  pairingEnded(why: string): void {
    set({ identity: ended(state.identity), refused: why });
    setRun({ held: [] });
  },
  /** An administrator released this browser, and nothing of its pairing is left. */
  pairingReleased: (): void => set({ identity: undefined, list: undefined, refused: '', released: true }),
  formerServersChecked: (former: readonly FormerServer[]): void => set({ former }),
  formerServersReleased: (former: readonly FormerServer[]): void => set({ former, released: true }),

  // The browser's own policy, and what it allows us
  policyRead: (managed: Managed | undefined): void => set({ managed }),
  policyChanged: (managed: Managed | undefined): void =>
    set({ managed, released: state.released || managed === undefined }),
  hostsChecked: (missing: readonly string[]): void => setRun({ missing }),
  rulesRefused: (consoles: readonly string[]): void =>
    setRun({ refusedRules: [...state.run.refusedRules, ...consoles] }),
  tabsChanged: (consoleTabs: readonly ConsoleTab[]): void => setRun({ consoleTabs }),

  // The server
  /** @param now server time, ms */
  serverAnswered(now: number): void {
    const offset = now - Date.now();
    // The answer took its time; a new estimate that differs by less than that would only make the shown times jump.
    const better = Math.abs(offset - state.run.offset) > 1_000;
    setRun({
      unreachableSince: 0,
      unfit: '',
      warned: state.run.warned.filter((mark) => !isNotRenewed(mark)),
      ...(better && { offset }),
    });
  },
  serverSilent(): void {
    if (state.run.unreachableSince === 0) setRun({ unreachableSince: Date.now() });
  },
  /** What is held is the last that this browser gets. */
  versionsUnfit: (unfit: Exclude<RunState['unfit'], ''>): void =>
    setRun({ unreachableSince: 0, unfit, held: lastOnes(state.run.held) }),
  /** Closing needs no signature: what the server calls ended, or ending sooner, is so before the next heartbeat. */
  stateFetched({ person, requests, grants }: StateAnswer): void {
    const over = new Set(grants.filter(({ status }) => status === 'ended').map(({ id }) => id));
    const until = new Map(grants.map((grant) => [grant.id, grant.until]));
    set({ refused: '' });
    setRun({
      person,
      requests,
      grants,
      held: state.run.held
        .filter(({ lease }) => !over.has(lease.grant))
        .map((one) => endingSooner(one, until.get(one.lease.grant))),
      endedHere: state.run.endedHere.filter((id) => !over.has(id)),
    });
  },
  /** Another list may be one that the browser takes. */
  consolesListed(list: ConsoleList): void {
    set({ list });
    setRun({ refusedRules: [] });
  },
  leasesRenewed: (held: readonly HeldLease[]): void => setRun({ held }),
  /** The log changed its key lawfully: what the lease key before it signed counts no more. */
  logFollowed(identity: Identity): void {
    set({ identity });
    setRun({ held: [] });
  },
  logRefused(why: string): void {
    set({ refused: why });
    setRun({ held: [] });
  },

  // What the person does
  requestChanged: (request: RequestView): void =>
    setRun({ requests: state.run.requests.map((one) => (one.id === request.id ? request : one)) }),
  grantsEnded: (grants: readonly string[]): void =>
    setRun({
      endedHere: [...new Set([...state.run.endedHere, ...grants])],
      held: state.run.held.filter(({ lease }) => !grants.includes(lease.grant)),
    }),
  activationOpened: (request: string, window: number): void => setRun({ activating: { request, window } }),
  activationClosed: (): void => setRun({ activating: null }),

  // Records and warnings
  outboxChanged: (outbox: RunState['outbox']): void => setRun({ outbox }),
  blockedCounted: (countedUntil: number): void => setRun({ countedUntil }),
  warned: (marks: readonly string[]): void => setRun({ warned: [...state.run.warned, ...marks] }),

  // The witness
  checkpointAsked: (): void => setRun({ witnessed: { ...state.run.witnessed, tried: Date.now() } }),
  /** It is asked again at once. */
  checkpointMissed: (): void => setRun({ witnessed: { ...state.run.witnessed, tried: 0 } }),
  checkpointProven: (size: number): void =>
    setRun({ witnessed: { tried: Date.now(), at: Date.now(), size } }),
  forkFound(fork: Fork): void {
    set({ fork });
    setRun({ held: [] });
  },
  forkReported: (fork: Fork): void => set({ fork }),
};
