import { toBase64url, fromBase64 } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import { emptyRoot } from '#shared/log/merkle/hash.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { checkRelease } from '#shared/verify/succession.ts';
import { release } from '#shared/domain/browsers/wire.ts';
import { callAs } from '../../platform/api.ts';
import { db, type Former } from '../../platform/db.ts';
import { writeFormer } from '../../platform/former-store.ts';
import { readHeld } from '../../platform/outbox-store.ts';
import { settle } from '../gate/reconcile.ts';
import { state, type Kept } from '../state/state.ts';
import { once } from '../../platform/coalesce.ts';

/**
 * Asks every server whose pairing is over whether an administrator there let this browser go, and believes it by their
 * touch alone. Until then what it shut stays shut.
 */
export const askRelease = once(async () => {
  const asked = await Promise.all(
    state.kept.map(async (kept) => ({ kept, ...(await isReleased(kept.former)) })),
  );
  const free = asked.filter(({ released }) => released).map(({ kept }) => kept);
  const trouble = new Map(asked.map(({ kept, trouble }) => [kept, trouble]));
  const before = JSON.stringify(state.kept.map((one) => one.trouble));
  state.kept = state.kept
    .filter((kept) => !free.includes(kept))
    .map((kept): Kept => ({ ...kept, trouble: trouble.get(kept) ?? kept.trouble }));
  const freed = free.length > 0 && (await forget(free));
  const ended = await askOwn();
  if (freed || ended || before !== JSON.stringify(state.kept.map((one) => one.trouble))) await settle();
});

async function forget(free: readonly Kept[]): Promise<true> {
  state.released = true;
  await settle();
  const genesis = new Set(free.map(({ former }) => former.log.genesis));
  await writeFormer(state.kept.map(({ former }) => former).filter(({ log }) => !genesis.has(log.genesis)));
  return true;
}

/** The server that this browser is paired with no more. What is stored goes last: a crash before it asks again. */
async function askOwn(): Promise<boolean> {
  const { identity } = state;
  if (identity?.state !== 'ended') return false;
  const { released } = await isReleased({ ...identity, held: await readHeld() });
  if (!released || state.identity !== identity) return false;
  state.identity = undefined;
  state.list = undefined;
  state.refused = '';
  state.released = true;
  await settle();
  const database = await db();
  await database.delete('consoles', 'last');
  await database.delete('identity', 'this');
  return true;
}

async function isReleased(
  by: Omit<Former, 'consoles'>,
): Promise<{ released: boolean; trouble: Kept['trouble'] }> {
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
