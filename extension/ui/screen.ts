import type { Basis } from '#shared/domain/primitives.ts';
import type { Level } from '#shared/domain/primitives.ts';
import type { GrantView } from '#shared/domain/grants/views.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { hostsOverlap } from '#shared/policy/hosts.ts';
import { shutReason } from '../features/access/index.ts';
import type { RunningGrant, Status } from '../platform/status.ts';

/** Where a person stands with one console: the one screen that gate page and form draw. Pure. */
export type Screen =
  | { at: 'unpaired'; ended: boolean }
  | { at: 'forked'; fork: NonNullable<Status['fork']> }
  | { at: 'unreachable'; since: number }
  /** Server and extension are too far apart to work together. */
  | { at: 'unfit'; unfit: Exclude<Status['unfit'], ''> }
  /** The outbox is at its high-water mark, so every console is shut (T28); `trouble` may say why it does not empty. */
  | { at: 'full'; size: number; trouble: string }
  /** The browser's policy names it, and cannot be read whole. */
  | { at: 'misconfigured'; fault: string }
  /** A former server shut it, and has not released this browser. */
  | { at: 'former'; by: Status['former'][number] | undefined }
  /** The browser does not let us see a host of the console, so it is shut whatever runs (T33). */
  | { at: 'hosts' }
  /** The browser refused the rules that gate it. */
  | { at: 'rules' }
  /**
   * `grant`: the one that should get more time, if it still runs. `before`: the last ask for the same, where nothing came
   * of it, so that its words need not be written again.
   */
  | { at: 'ask'; grant: RunningGrant | undefined; before: RequestView | undefined }
  | { at: 'waiting'; request: RequestView }
  /** Approved, or policy wants no approver: the next step is the engineer's own touch. */
  | { at: 'ready'; request: RequestView; basis: Basis }
  | { at: 'running'; grant: RunningGrant }
  /** More time was approved, and the grant has it already. */
  | { at: 'given'; request: RequestView; grant: RunningGrant }
  | { at: 'denied'; request: RequestView }
  | { at: 'expired'; request: RequestView }
  | { at: 'ended'; grant: GrantView };

export interface ScreenQuery {
  console: string;
  /** The grant that should get more time, or empty. */
  grant: string;
  /** Is it about changing what may only be looked at now? Grants and requests to look then do not count. */
  raise?: boolean;
  /** Local wall time in ms. */
  now: number;
  /** Ids of closed requests and grants that the person has put behind them by asking again. */
  dismissed: ReadonlySet<string>;
}

/** What it takes to know; times are local. */
export type ScreenFacts = Pick<
  Status,
  | 'pairing'
  | 'fork'
  | 'reachable'
  | 'unreachableSince'
  | 'unfit'
  | 'requests'
  | 'grants'
  | 'outbox'
  | 'missing'
  | 'refusedRules'
  | 'consoles'
  | 'managed'
  | 'former'
>;

/** The state of one console, or of one grant that should get more time. */
export function screenFor(known: ScreenFacts, asked: ScreenQuery): Screen {
  const info = known.consoles.find(({ id }) => id === asked.console);
  const stop = shutReason(known, { id: asked.console, hosts: info?.hosts ?? [] });
  const fault = known.managed?.fault ?? '';
  if (stop === 'managed' || (fault !== '' && known.pairing !== 'paired'))
    return { at: 'misconfigured', fault };
  if (known.pairing !== 'paired') return { at: 'unpaired', ended: known.pairing === 'ended' };
  if (known.fork) return { at: 'forked', fork: known.fork };
  const { console, now, dismissed } = asked;
  const counts = ({ level }: { level: Level }): boolean => asked.raise !== true || level === 'change';
  const here = known.grants.filter((g) => g.console.id === console && counts(g));
  // A grant that is over, and that the person has put behind them, gets no more time: they ask anew (case 30).
  const wanted = here.find((g) => g.id === asked.grant && !(g.status === 'ended' && dismissed.has(g.id)));
  const grant = wanted?.id ?? '';
  const more = grant !== '';
  const mine = wanted ? [wanted] : here;
  const running = mine.find((g) => g.status === 'running' && g.localUntil > now);
  if (stop === 'outbox') return { at: 'full', size: known.outbox.size, trouble: known.outbox.trouble };
  if (stop === 'former') return { at: 'former', by: formerServer(known, info?.hosts ?? []) };
  if (stop === 'rules') return { at: 'rules' };
  if (stop === 'hosts') return { at: 'hosts' };
  if (running && !more && (running.open || known.reachable)) return { at: 'running', grant: running };
  if (known.unfit) return { at: 'unfit', unfit: known.unfit };
  const requests = known.requests.filter((r) => r.console.id === console && r.extends === grant && counts(r));
  const open = requests.map(stepOf).find((step) => step !== undefined);
  if (open) return open;
  if (!known.reachable) return { at: 'unreachable', since: known.unreachableSince };
  const past = [
    ...requests.flatMap((request) => pastOf(request, running)),
    ...mine.flatMap((g): Past[] =>
      g.status === 'ended' ? [{ when: g.endedAt ?? 0, id: g.id, access: { at: 'ended', grant: g } }] : [],
    ),
  ];
  const latest = past.toSorted((a, b) => b.when - a.when)[0];
  const newest = requests.toSorted((a, b) => b.asked - a.asked)[0];
  const before = newest && cameToNothing.has(newest.status) ? newest : undefined;
  const ask: Screen = { at: 'ask', grant: more ? running : undefined, before };
  return latest === undefined || dismissed.has(latest.id) ? ask : (latest.access ?? ask);
}

/** The former server that shuts one of these hosts. */
const formerServer = (
  { former }: ScreenFacts,
  hosts: readonly string[],
): Status['former'][number] | undefined =>
  former.find((one) => one.hosts.some((other) => hosts.some((host) => hostsOverlap(host, other))));

const cameToNothing = new Set<RequestView['status']>(['denied', 'expired', 'withdrawn']);

/** The screen of a request that is still open. */
function stepOf(request: RequestView): Screen | undefined {
  if (request.status === 'waiting') {
    if (request.decides === 'nobody') return { at: 'ready', request, basis: 'self-approved' };
    return { at: 'waiting', request };
  }
  if (request.status === 'approved' && request.grant?.status === 'approved') {
    return { at: 'ready', request, basis: 'approved' };
  }
  return undefined;
}

interface Past {
  when: number;
  id: string;
  /** Undefined where there is nothing to tell. */
  access: Screen | undefined;
}

/** What a closed request leaves to tell. Withdrawing tells nothing, but makes old news of what went before it. */
function pastOf(request: RequestView, running: RunningGrant | undefined): Past[] {
  const { id } = request;
  switch (request.status) {
    case 'denied':
      return [{ when: request.decidedAt ?? 0, id, access: { at: 'denied', request } }];
    case 'expired':
      return [{ when: request.lapsedAt ?? request.expires, id, access: { at: 'expired', request } }];
    case 'withdrawn':
      return [{ when: request.asked, id, access: undefined }];
    case 'approved': {
      if (request.extends === '' || !running) return [];
      const when = request.decidedAt ?? request.asked;
      return [{ when, id, access: { at: 'given', request, grant: running } }];
    }
    case 'waiting':
      break;
  }
  return [];
}
