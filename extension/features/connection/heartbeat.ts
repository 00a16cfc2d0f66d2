import { Refusal } from '#shared/errors.ts';
import { random, toBase64url } from '#shared/bytes.ts';
import { renewLeases } from '#shared/domain/grants/wire.ts';
import { call } from '../../platform/api.ts';
import { anchorNow } from '../../platform/time.ts';
import { settle } from '../gate/reconcile.ts';
import { state } from '../state/state.ts';
import { once } from '../../platform/coalesce.ts';
import { answered, failed, missed } from './reachability.ts';
import { refreshState } from './sync.ts';
import { readLease } from '../leases/verify.ts';

/** A lease lives for 60 s: three renewals may be lost before it dies. In ms. */
const EVERY = 15_000;
/** While it is not renewed, try again after these waits, ms: what is unsaved in a console is at stake. */
const AGAIN = [1_000, 2_000, 3_000, 5_000];
/** An answer that takes longer than this is missed, though it may still come, ms. */
const PATIENCE = 4_000;

let next: ReturnType<typeof setTimeout> | undefined;
let failures = 0;
/** Consoles that the server was told cannot be gated here; undefined until it was told of any or none. */
let told: string | undefined;

export const toldUngated = (): boolean => told === state.run.refusedRules.slice(0, 50).join();

/**
 * Renews the leases of all running grants and says which consoles were shut. What the answer does not name has ended
 * and is shut at once; without an answer the leases run down by themselves.
 */
export const heartbeat = once(async () => {
  clearTimeout(next);
  const { identity } = state;
  if (identity?.state !== 'paired' || state.fork) return;
  const nonce = toBase64url(random(16));
  const anchor = anchorNow();
  const late = setTimeout(() => {
    missed();
    void settle();
  }, PATIENCE);
  try {
    const shut = shutHere();
    const ungated = state.run.refusedRules.slice(0, 50);
    const answer = await call(renewLeases, { body: { nonce, shut, ungated } });
    told = ungated.join();
    answered(answer.now);
    failures = 0;
    const leases = await Promise.all(answer.leases.map((signed) => readLease(signed, nonce, identity)));
    state.run.held = leases.flatMap((lease) => {
      if (!lease || state.run.handedBack.includes(lease.grant)) return [];
      const undecided = state.run.grants.find(({ id }) => id === lease.grant)?.undecided ?? false;
      return [{ lease, anchor, undecided }];
    });
    if (shut.length > 0 || answer.consoles !== state.list?.number) void refreshState();
  } catch (cause) {
    failures += 1;
    await failed(cause);
    if (!(cause instanceof Refusal)) throw cause;
  } finally {
    clearTimeout(late);
    const wait =
      state.run.unreachableSince === 0 ? EVERY : (AGAIN[Math.min(failures, AGAIN.length) - 1] ?? EVERY);
    if (state.run.held.length > 0) next = setTimeout(() => void heartbeat(), wait);
  }
  await settle();
});

/** Grants that ended elsewhere, whose consoles this browser has shut: the server waits to hear so. */
function shutHere(): string[] {
  const { grants, held } = state.run;
  return grants
    .filter(({ id, unacknowledged }) => unacknowledged && !held.some(({ lease }) => lease.grant === id))
    .map(({ id }) => id)
    .slice(0, 50);
}
