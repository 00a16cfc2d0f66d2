import { deciders, mayLower } from '#shared/policy/evaluate.ts';
import { judgeDecider, judgeRequest } from '#shared/domain/rights/standing.ts';
import type { SignedText } from '#shared/domain/signing.ts';
import type { Rows } from '#shared/domain/entries.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { consoleNamed, recordedSentence } from '../consoles/index.ts';
import { erasedView } from '../erasure/index.ts';
import type { Services } from '../context.ts';
import { detailOf } from '../details/index.ts';
import { grantView } from '../grants/index.ts';
import { browserView, keyView, refOf } from '../people/index.ts';
import { countsFrom, factsOf, latestEnd, sayLost } from './rules.ts';

/** The ask of a request exactly as its browser signed it. */
export function askOf({ log }: Services, request: Rows['request']): SignedText {
  const [index = -1] = request.entries;
  const entry = log.entry(index);
  if (entry.type !== 'request.asked') throw new Error(`entry ${index} is not the ask of ${request.id}`);
  return entry.body.ask;
}

/** A request as the wire shows it to this reader. */
export function requestView(services: Services, request: Rows['request'], reader: string): RequestView {
  const { log, hub, policy } = services;
  const { state } = log;
  const now = log.now();
  const console = consoleNamed(services, request.console);
  const browser = state.get('browser', request.browser);
  const grant = request.grant === undefined ? undefined : state.get('grant', request.grant);
  const last = request.decisions.at(-1);
  const key = last && state.get('key', last.with);
  const inForce = policy.current.policy;
  const standing = request.status === 'waiting' ? judgeRequest(inForce, state, request, now) : undefined;
  /** The rule that carries it now, which may be another one than when it was asked. */
  const { eligibility, decides } = standing?.allowed ? standing : request;
  if (!browser) throw new Error(`request ${request.id} names a browser that the state does not know`);
  return {
    id: request.id,
    hash: request.hash,
    person: refOf(services, request.person),
    console: { id: console.id, name: console.name },
    mode: console.mode,
    level: request.level,
    seconds: request.seconds,
    justification: detailOf(services, request.justification),
    ...erasedView(services, request.entries[0] ?? -1),
    ticket: request.ticket === '' ? null : detailOf(services, request.ticket),
    address: request.address === '' ? null : detailOf(services, request.address),
    extends: request.extends,
    asked: request.asked,
    expires: request.expires,
    policy: request.policy,
    eligibility: request.eligibility,
    decides: decides === 'nobody' ? 'nobody' : [...decides],
    status: request.status,
    from: countsFrom(state, request, now),
    latest: latestEnd(state, inForce, request, now),
    mayLower: mayLower(inForce, { ...request, eligibility }),
    deciders: request.status === 'waiting' ? decidersOf(services, request) : [],
    ...(request.lapsedHow === undefined ? {} : { lapsedHow: request.lapsedHow }),
    ...(request.lapsedAt === undefined ? {} : { lapsedAt: request.lapsedAt }),
    ...(request.lapsedBy === undefined ? {} : { lapsedBy: refOf(services, request.lapsedBy) }),
    ...(last ? { decidedBy: refOf(services, last.by) } : {}),
    ...(request.decidedAt === undefined ? {} : { decidedAt: request.decidedAt }),
    ...(key ? { decidedWith: keyView(key) } : {}),
    ...(last?.reason === undefined ? {} : { reason: detailOf(services, last.reason) }),
    ...(grant ? { grant: grantView(services, grant) } : {}),
    browser: browserView(services, browser),
    recorded: recordedSentence(console.record),
    ...mayRead(),
  };

  function mayRead(): Pick<RequestView, 'mayDecide' | 'whyNot'> {
    const person = state.get('person', reader);
    const requester = state.get('person', request.person);
    if (!person || !requester || request.status !== 'waiting') return { mayDecide: false };
    const by = { approver: factsOf(person), decision: 'approve', at: now } as const;
    const answer = judgeDecider(inForce, state, request, by);
    if (answer.allowed) return { mayDecide: true };
    return { mayDecide: false, whyNot: sayLost(inForce, request, requester.handle, answer) };
  }

  function decidersOf(of: Services, r: Rows['request']): RequestView['deciders'] {
    const requester = state.get('person', r.person);
    if (!requester) return [];
    const active = [...state.all('person')].map(([, p]) => p).filter((p) => p.status === 'active');
    return deciders(of.policy.current.policy, eligibility, active.map(factsOf), factsOf(requester)).map(
      ({ id, handle }) => {
        const online = hub.online(id);
        const since = online ? hub.since(id) : hub.lastSeen(id);
        return { id, handle, online, ...(since === undefined ? {} : { since }) };
      },
    );
  }
}
