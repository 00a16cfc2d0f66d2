import { random, toBase64url } from '#shared/bytes.ts';
import { renewLeases } from '#shared/domain/grants/wire.ts';
import { call } from '../../platform/api.ts';
import type { Identity } from '../../platform/db.ts';
import { anchorNow } from '../../platform/time.ts';
import { readLease } from '../leases/index.ts';
import { change, state } from '../state/index.ts';

/** As many as the server takes in one heartbeat. */
const MAX_NAMED = 50;

/** Consoles that the server was told cannot be gated here; undefined until it was told of any or none. */
let told: string | undefined;

const ungatedHere = (): string[] => state.run.refusedRules.slice(0, MAX_NAMED);
export const toldUngated = (): boolean => told === ungatedHere().join();

/**
 * One heartbeat. Returns whether the server knows more than we do: `stale`. Throws Refusal, and the leases stay as
 * they are.
 */
export async function renew(identity: Identity): Promise<{ stale: boolean }> {
  const nonce = toBase64url(random(16));
  const anchor = anchorNow();
  const shut = shutHere();
  const ungated = ungatedHere();
  const answer = await call(renewLeases, { body: { nonce, shut, ungated } });
  told = ungated.join();
  change.serverAnswered(answer.now);
  const leases = await Promise.all(answer.leases.map((signed) => readLease(signed, nonce, identity)));
  change.leasesRenewed(
    leases.flatMap((lease) => {
      if (!lease || state.run.endedHere.includes(lease.grant)) return [];
      const basis = state.run.grants.find(({ id }) => id === lease.grant)?.basis ?? 'approved';
      return [{ lease, anchor, basis }];
    }),
  );
  return { stale: shut.length > 0 || answer.consoles !== state.list?.number };
}

/** Grants that ended elsewhere, whose consoles this browser has shut: the server waits to hear so. */
function shutHere(): string[] {
  const { grants, held } = state.run;
  return grants
    .filter(({ id, unacknowledged }) => unacknowledged && !held.some(({ lease }) => lease.grant === id))
    .map(({ id }) => id)
    .slice(0, MAX_NAMED);
}
