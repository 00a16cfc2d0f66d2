import { Refusal } from '#shared/errors.ts';
import { browserState } from '#shared/domain/browsers/wire.ts';
import type { AnswerOf } from '#shared/wire/route.ts';
import { call } from '../../platform/api.ts';
import { db, type Identity } from '../../platform/db.ts';
import { checkHosts } from '../hosts/hosts.ts';
import { settle } from '../gate/reconcile.ts';
import { state } from '../state/state.ts';
import { knowsChain } from '../outbox/chain.ts';
import { followed, sameLog } from '../witness/follow.ts';
import { witness } from '../witness/witness.ts';
import type { Held } from '../leases/held.ts';
import { heartbeat, toldUngated } from './heartbeat.ts';
import { once } from '../../platform/coalesce.ts';
import { answered, failed } from './reachability.ts';
import { readConsoles } from '../leases/verify.ts';

export type StateAnswer = AnswerOf<typeof browserState>;

/** Fetches requests, grants and the console list, and acts on them. */
export const refreshState = once(async () => {
  if (state.identity?.state !== 'paired') return;
  try {
    const answer = await call(browserState, {});
    answered(answer.now);
    await take(answer, state.identity);
  } catch (cause) {
    await failed(cause);
  }
  await settle();
  if (needsHeartbeat()) await heartbeat();
  await witness();
});

/** Takes over an answer of the server we are paired with. */
export async function take(answer: StateAnswer, identity: Identity): Promise<void> {
  if (!sameLog(answer.log, identity.log)) {
    const next = await follow(answer, identity);
    if (!next) return;
    return take(answer, next);
  }
  // Somebody else numbers with our key.
  if (!(await knowsChain(answer.chain, identity.browser))) return failed(new Refusal('browser_suspended'));
  state.refused = '';
  state.run.person = answer.person;
  state.run.requests = answer.requests;
  state.run.grants = answer.grants;
  // Closing needs no signature: a grant that the server calls ended is shut before the next heartbeat.
  const ended = new Set(answer.grants.filter(({ status }) => status === 'ended').map(({ id }) => id));
  const until = new Map(answer.grants.map((grant) => [grant.id, grant.until]));
  state.run.held = state.run.held
    .filter(({ lease }) => !ended.has(lease.grant))
    .map((one) => sooner(one, until.get(one.lease.grant)));
  state.run.handedBack = state.run.handedBack.filter((id) => !ended.has(id));
  await takeConsoles(answer.consoles, identity);
}

/** Neither does ending sooner. */
const sooner = (held: Held, until = Infinity): Held =>
  until < held.lease.until ? { ...held, lease: { ...held.lease, until } } : held;

/** A list that is older, unsigned or of another log changes nothing. */
async function takeConsoles(signed: StateAnswer['consoles'], identity: Identity): Promise<void> {
  const list = await readConsoles(signed, identity, state.list?.number ?? 0);
  if (!list) return;
  const fresh = JSON.stringify(list) !== JSON.stringify(state.list);
  state.list = list;
  if (!fresh) return;
  // Another list may be one that the browser takes.
  state.run.refusedRules = [];
  await (await db()).put('consoles', signed, 'last');
  await checkHosts();
}

/** The log changed its key by an act of two administrators, or it is another log: then nothing it says counts. */
async function follow(answer: StateAnswer, identity: Identity): Promise<Identity | undefined> {
  try {
    const log = await followed(identity.log, answer.log, identity);
    const next = { ...identity, log };
    await (await db()).put('identity', next, 'this');
    // What the lease key before it signed counts no more; heartbeat and list come anew.
    state.identity = next;
    state.run.held = [];
    return next;
  } catch (cause) {
    if (cause instanceof Refusal && cause.code === 'unreachable') throw cause;
    state.refused =
      cause instanceof Error && !(cause instanceof Refusal)
        ? cause.message
        : 'The server shows another log than the one this browser was paired with. Consoles stay shut; tell an administrator.';
    state.run.held = [];
    return undefined;
  }
}

/** Is there a running grant without a lease or with another end than its lease says, or an end to be acknowledged? */
function needsHeartbeat(): boolean {
  const { grants, held, handedBack } = state.run;
  const lease = (id: string) => held.find(({ lease }) => lease.grant === id)?.lease;
  if (!toldUngated()) return true;
  return grants.some(
    ({ id, status, until, unacknowledged }) =>
      (status === 'running' && lease(id)?.until !== until && !handedBack.includes(id)) ||
      (unacknowledged && !lease(id)),
  );
}
