import { Refusal } from '#shared/errors.ts';
import { browserState } from '#shared/domain/browsers/wire.ts';
import { call } from '../../platform/api.ts';
import { coalesce } from '../../platform/coalesce.ts';
import { makeTimer } from '../../platform/timer.ts';
import { reconcile } from '../gate/index.ts';
import { change, state } from '../state/index.ts';
import { witness } from '../witness/index.ts';
import { failed } from './failed.ts';
import { renew, toldUngated } from './renew.ts';
import { take } from './take.ts';

/** What the server is asked, over and over: the state when something changed, the leases while something is open. */

/** A lease lives for 60 s: three renewals may be lost before it dies. */
const HEARTBEAT_MS = 15_000;
/** While it is not renewed, try again after these waits: what is unsaved in a console is at stake. */
const RETRY_MS = [1_000, 2_000, 3_000, 5_000];
/** An answer that takes longer than this is missed, though it may still come. */
const PATIENCE_MS = 4_000;

/** Fetches requests, grants and the console list, and acts on them. */
export const refreshState = coalesce(async () => {
  if (state.identity?.state !== 'paired') return;
  try {
    const answer = await call(browserState, {});
    change.serverAnswered(answer.now);
    await take(answer, state.identity);
  } catch (cause) {
    await failed(cause);
  }
  await reconcile();
  if (needsHeartbeat()) await heartbeat();
  await witness();
});

const next = makeTimer();
export const heartbeatUntil = (signal: AbortSignal): void => next.until(signal);
let failures = 0;

/**
 * Renews the leases of all running grants and says which consoles were shut. What the answer does not name has ended
 * and is shut at once; without an answer the leases run down by themselves.
 */
export const heartbeat = coalesce(async () => {
  next.clear();
  const { identity } = state;
  if (identity?.state !== 'paired' || state.fork) return;
  const late = setTimeout(() => {
    change.serverSilent();
    void reconcile();
  }, PATIENCE_MS);
  try {
    const { stale } = await renew(identity);
    failures = 0;
    if (stale) void refreshState();
  } catch (cause) {
    failures += 1;
    await failed(cause);
    if (!(cause instanceof Refusal)) throw cause;
  } finally {
    clearTimeout(late);
    const away = state.run.unreachableSince > 0;
    const wait = away ? RETRY_MS[Math.min(failures, RETRY_MS.length) - 1] : undefined;
    if (state.run.held.length > 0) next.set(heartbeat, wait ?? HEARTBEAT_MS);
  }
  await reconcile();
});

/** Is there a running grant without a lease or with another end than its lease says, or an end to be acknowledged? */
function needsHeartbeat(): boolean {
  const { grants, held, endedHere } = state.run;
  const lease = (id: string) => held.find(({ lease }) => lease.grant === id)?.lease;
  if (!toldUngated()) return true;
  return grants.some(
    ({ id, status, until, unacknowledged }) =>
      (status === 'running' && lease(id)?.until !== until && !endedHere.includes(id)) ||
      (unacknowledged && !lease(id)),
  );
}
