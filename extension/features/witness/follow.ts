import { fromBase64, fromBase64url, toBase64, toBase64url } from '#shared/bytes.ts';
import { checkSuccession } from '#shared/verify/succession.ts';
import { succession } from '#shared/domain/succession/wire.ts';
import { callAs } from '../../platform/api.ts';
import type { Identity } from '../../platform/db.ts';
import type { HeldCheckpoint } from '../../platform/db.ts';
import { readCheckpoint } from '../../platform/outbox-store.ts';
import { keepCheckpoint } from '../../platform/witness-store.ts';
import { emptyRoot } from '#shared/log/merkle/hash.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';

type Log = Identity['log'];

/**
 * The log that `shown` follows lawfully from the one that is pinned: its keys or origin changed by acts of two
 * administrators, and it extends what this browser has proven, which is what it holds now unless `held` says otherwise. Keeps the newer checkpoint. Throws Error or Refusal with
 * a sentence where that is not shown (case 62).
 */
export async function followed(
  pinned: Log,
  shown: Log,
  by: Pick<Identity, 'keys' | 'browser' | 'server'>,
  held?: HeldCheckpoint,
): Promise<Log> {
  held ??= await readCheckpoint();
  const own = held?.logKey === pinned.logKey ? held : undefined;
  const { origin } = pinned;
  const answer = await callAs(by, succession, { query: { from: own?.size ?? 0, origin } });
  const root = own ? fromBase64(own.root) : emptyRoot(sha256);
  const next = await checkSuccession({ ...pinned, size: own?.size ?? 0, root: toBase64url(root) }, answer);
  const log: Log = {
    origin: next.origin,
    logKey: next.logKey,
    leaseKey: next.leaseKey,
    genesis: next.genesis,
  };
  if (!sameLog(log, shown))
    throw new Error(
      'The server’s key or origin does not match what its log proves. Contact an administrator.',
    );
  await keepCheckpoint(
    { logKey: next.logKey, size: next.size, root: toBase64(fromBase64url(next.root)), note: next.note },
    true,
  );
  return log;
}

export const sameLog = (a: Log, b: Log): boolean =>
  a.origin === b.origin && a.logKey === b.logKey && a.leaseKey === b.leaseKey && a.genesis === b.genesis;
