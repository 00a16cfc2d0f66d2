import type { ConsoleInfo, Lease } from '#shared/entries/signed.ts';
import { elapsed, type Anchor, type Clocks } from '../../platform/time.ts';

/** A lease that was verified when it came, with the moment its heartbeat was sent: the server's clock is not asked again. */
export interface Held {
  lease: Lease;
  /** When the heartbeat that brought it was sent. The lease was issued after that, so counting from here is never generous. */
  anchor: Anchor;
  undecided: boolean;
}

/** How much longer a console stays open by this lease, in ms; 0 when it does not. */
export function left({ lease, anchor }: Held, unreachable: ConsoleInfo['unreachable'], now?: Clocks): number {
  const ends = unreachable === 'keep' ? lease.until : Math.min(lease.dies, lease.until);
  return Math.max(0, ends - lease.issued - elapsed(anchor, now));
}

/** Milliseconds to the grant's own end, whatever the server may be doing. */
export const toEnd = ({ lease, anchor }: Held, now?: Clocks): number =>
  Math.max(0, lease.until - lease.issued - elapsed(anchor, now));

/** Has the server confirmed it within the lease's own life? */
export const confirmed = ({ lease, anchor }: Held, now?: Clocks): boolean =>
  lease.dies - lease.issued - elapsed(anchor, now) > 0;

/** As it is kept over a worker's sleep: the monotonic clock of another worker's life means nothing. */
export const forStorage = (held: Held): Held => ({ ...held, anchor: { wall: held.anchor.wall } });
