import { toBase64url, fromBase64 } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import { emptyRoot } from '#shared/log/merkle/hash.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { checkRelease } from '#shared/verify/succession.ts';
import { release } from '#shared/domain/browsers/wire.ts';
import { callAs } from '../../platform/api.ts';
import { db, type FormerPairing } from '../../platform/db.ts';
import { writeFormer } from '../../platform/former-store.ts';
import { readCheckpoint } from '../../platform/outbox-store.ts';
import { coalesce } from '../../platform/coalesce.ts';
import { reconcile } from '../gate/index.ts';
import { change, state, type FormerServer } from '../state/index.ts';

/**
 * Asks every server whose pairing is over whether an administrator there let this browser go, and believes it by their
 * touch alone. Until then what it shut stays shut.
 */
export const askRelease = coalesce(async () => {
  const asked = await Promise.all(
    state.former.map(async (server) => ({ server, ...(await isReleased(server.pairing)) })),
  );
  const released = new Set(asked.filter(({ released }) => released).map(({ server }) => server));
  const trouble = new Map(asked.map(({ server, trouble }) => [server, trouble]));
  const before = troubles();
  const rest = state.former
    .filter((server) => !released.has(server))
    .map((server): FormerServer => ({ ...server, trouble: trouble.get(server) ?? server.trouble }));
  if (released.size > 0) {
    change.formerServersReleased(rest);
    await reconcile();
    await writeFormer(state.former.map(({ pairing }) => pairing));
  } else change.formerServersChecked(rest);
  const ended = await askOwn();
  if (ended || before !== troubles()) await reconcile();
});

const troubles = (): string => JSON.stringify(state.former.map(({ trouble }) => trouble));

/** The server that this browser is paired with no more. What is stored goes last: a crash before it asks again. */
async function askOwn(): Promise<boolean> {
  const { identity } = state;
  if (identity?.state !== 'ended') return false;
  const { released } = await isReleased({ ...identity, held: await readCheckpoint() });
  if (!released || state.identity !== identity) return false;
  change.pairingReleased();
  await reconcile();
  const database = await db();
  await database.delete('consoles', 'last');
  await database.delete('identity', 'this');
  return true;
}

async function isReleased(
  by: Omit<FormerPairing, 'consoles'>,
): Promise<{ released: boolean; trouble: FormerServer['trouble'] }> {
  const { log, held } = by;
  const own = held?.logKey === log.logKey ? held : undefined;
  try {
    const answer = await callAs(by, release, { query: { from: own?.size ?? 0, origin: log.origin } });
    const root = toBase64url(own ? fromBase64(own.root) : emptyRoot(sha256));
    await checkRelease({ ...log, size: own?.size ?? 0, root }, answer, by);
    return { released: true, trouble: '' };
  } catch (cause) {
    if (!(cause instanceof Refusal)) return { released: false, trouble: 'unproven' };
    if (cause.code === 'not_found') return { released: false, trouble: '' };
    return { released: false, trouble: cause.code === 'browser_unknown' ? 'unknown' : 'silent' };
  }
}
