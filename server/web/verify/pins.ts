import { z } from 'zod';

const pin = z.object({ logKey: z.string(), genesis: z.string(), at: z.number() });
export type Pin = z.infer<typeof pin>;

const place = 'countersign.pin';

function kept(storage: Pick<Storage, 'getItem'>): Pin | undefined {
  try {
    return pin.parse(JSON.parse(storage.getItem(place) ?? ''));
  } catch {
    return undefined;
  }
}

/**
 * What this browser pinned at first sight of this server: its log's key and genesis. Where nothing is pinned yet it
 * pins what it sees, once the log has a genesis.
 */
export function pinned(
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  { logKey, genesis, now: at }: { logKey: string; genesis: string; now: number },
): Pin {
  const fresh: Pin = { logKey, genesis, at };
  const known = kept(storage);
  if (!known && genesis !== '') storage.setItem(place, JSON.stringify(fresh));
  return known ?? fresh;
}

export const dayOf = ({ at }: Pin): string => new Date(at).toLocaleDateString('en-GB', { dateStyle: 'long' });

/**
 * Why what the server says of itself is not what was pinned, if it is not. Another key is no reason: whether it follows
 * the pinned one the log itself has to show, and the verifier judges that.
 */
export function changedPin(known: Pin, seen: { genesis: string }): string | undefined {
  return seen.genesis === known.genesis
    ? undefined
    : `The log's genesis is not the one this browser pinned on ${dayOf(known)}. If the server was set up again from scratch, clear this site's data. Otherwise, tell an auditor.`;
}
