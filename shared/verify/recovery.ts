import type { EntryOf } from '#shared/entries/types.ts';
import { openCheckpoint } from '#shared/note/checkpoint.ts';
import { parseVkey } from '#shared/note/keys.ts';
import { equal, toBase64url } from '#shared/bytes.ts';
import { verifyEd25519 } from './keys.ts';
import { type Context, mustAdminister, row, same } from './rules.ts';
import { mustHold } from './types.ts';

/** How long the first of two touches waits for the second one, in ms. */
export const touchWaits = 24 * 3_600_000;

/** The origin after this one: `log.example/1` is followed by `log.example/2`. */
export function nextOrigin(origin: string): string {
  const at = origin.lastIndexOf('/') + 1;
  return origin.slice(0, at) + String(Number(origin.slice(at)) + 1);
}

/** What must hold of a recovery besides its touches. Throws Contradiction. */
export async function recoveredRule(
  { body }: EntryOf<'log.recovered'>,
  index: number,
  { state, tally, whole, rootAt }: Context,
): Promise<void> {
  const log = row(state, 'log', 'log');
  const { origin, lost, restored, touches } = body;
  mustHold(origin === nextOrigin(log.origin), 'its origin is not the one that follows');
  mustHold(restored.size === index, 'it goes on from another size than the entries before it have');
  const root = await rootAt(index);
  mustHold(
    root === restored.root || (root === undefined && !whole),
    'it goes on from another history than the entries before it',
  );
  mustHold(lost.size >= restored.size, 'it gives up less than it keeps');
  if (lost.note === '')
    mustHold(same(lost, { ...restored, note: '' }), 'nothing shows that its lost head was signed');
  else await mustBeSigned(lost, log);
  mustBeNewKey(body.logKey, origin, log.logKey);
  mustHold(touches[0]?.by !== touches[1]?.by, 'one person touched twice');
  for (const { by } of touches) mustAdminister(state, by);
  tally.logKeys.push(body.logKey);
  tally.recoveries.push({ entry: index, lost: lost.size - restored.size });
}

async function mustBeSigned(
  { size, root, note }: EntryOf<'log.recovered'>['body']['lost'],
  log: { origin: string; logKey: string },
): Promise<void> {
  const signed = await openCheckpoint(note, parseVkey(log.logKey), verifyEd25519).catch(() => undefined);
  mustHold(
    signed !== undefined &&
      signed.origin === log.origin &&
      signed.size === size &&
      toBase64url(signed.root) === root,
    'its lost head is not one that the log had signed',
  );
}

/** A verifier key of this name and with another key than the one before. Throws Contradiction. */
export function mustBeNewKey(logKey: string, origin: string, before: string): void {
  let isNew = false;
  try {
    const key = parseVkey(logKey);
    isNew = key.name === origin && !equal(key.publicKey, parseVkey(before).publicKey);
  } catch {
    // Not a verifier key: the same reason.
  }
  mustHold(isNew, 'its log key is not a new one of this log');
}
