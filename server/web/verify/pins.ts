import { z } from 'zod';

const pin = z.object({ logKey: z.string(), genesis: z.string(), at: z.number() });
export type Pin = z.infer<typeof pin>;

const place = 'countersign.pin';

/**
 * What this browser pinned at first sight of this server: its log's key and genesis. Pins what it sees now where
 * nothing is pinned yet.
 */
export function pinned(
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  seen: { logKey: string; genesis: string; now: number },
): Pin {
  try {
    return pin.parse(JSON.parse(storage.getItem(place) ?? ''));
  } catch {
    const fresh: Pin = { logKey: seen.logKey, genesis: seen.genesis, at: seen.now };
    storage.setItem(place, JSON.stringify(fresh));
    return fresh;
  }
}

/** Why what the server now says of itself is not what was pinned, if it is not. */
export function changedPin(kept: Pin, seen: { logKey: string; genesis: string }): string | undefined {
  const day = new Date(kept.at).toLocaleDateString('en-GB', { dateStyle: 'long' });
  if (seen.logKey !== kept.logKey) return `The log's key is not the one that this browser pinned on ${day}.`;
  if (seen.genesis !== kept.genesis)
    return `The log's genesis is not the one that this browser pinned on ${day}.`;
  return undefined;
}
