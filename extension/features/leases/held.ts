import type { Basis } from '#shared/domain/primitives.ts';
import type { ConsoleInfo } from '#shared/domain/consoles/statements.ts';
import type { Lease } from '#shared/domain/grants/statements.ts';
import { elapsed, type TimeAnchor, type Clocks } from '../../platform/time.ts';

/** A lease that was verified when it came, with the moment its heartbeat was sent: the server's clock is not asked again. */
export interface HeldLease {
  lease: Lease;
  /** When the heartbeat that brought it was sent. The lease was issued after that, so counting from here is never generous. */
  anchor: TimeAnchor;
  basis: Basis;
  /** Nobody will renew it. */
  last?: true;
}

/** How much longer a console stays open by this lease, in ms; 0 when it does not. */
export function left(
  { lease, anchor }: HeldLease,
  unreachable: ConsoleInfo['unreachable'],
  now?: Clocks,
): number {
  const ends = unreachable === 'keep' ? lease.until : Math.min(lease.dies, lease.until);
  return Math.max(0, ends - lease.issued - elapsed(anchor, now));
}

/** Milliseconds to the grant's own end, whatever the server may be doing. */
export const toEnd = ({ lease, anchor }: HeldLease, now?: Clocks): number =>
  Math.max(0, lease.until - lease.issued - elapsed(anchor, now));

/**
 * Milliseconds until a lease that was not renewed shuts its console; undefined where the grant's own end comes first.
 */
export function toCutoff(
  held: HeldLease,
  unreachable: ConsoleInfo['unreachable'],
  now?: Clocks,
): number | undefined {
  const { dies, until } = held.lease;
  return held.last || (unreachable === 'close' && dies < until) ? left(held, unreachable, now) : undefined;
}

/** Has the server confirmed it within the lease's own life? */
export const confirmed = ({ lease, anchor }: HeldLease, now?: Clocks): boolean =>
  lease.dies - lease.issued - elapsed(anchor, now) > 0;

/** Leases that nobody will renew: each ends its grant here when it dies, whatever policy says of an absent server. */
export const lastOnes = (held: readonly HeldLease[]): HeldLease[] =>
  held.map((one) => ({
    ...one,
    last: true,
    lease: { ...one.lease, until: Math.min(one.lease.until, one.lease.dies) },
  }));

/** As it is kept over a worker's sleep: the monotonic clock of another worker's life means nothing. */
export const forStorage = (held: HeldLease): HeldLease => ({ ...held, anchor: { wall: held.anchor.wall } });

/** A grant that ends sooner than its lease says ends so at once. @param until server time, ms */
export const endingSooner = (held: HeldLease, until = Infinity): HeldLease =>
  until < held.lease.until ? { ...held, lease: { ...held.lease, until } } : held;

/** The mark of the warning that a lease was not renewed: given again at the next time that the server goes. */
export const notRenewed = (grant: string): string => `${grant}:away`;
export const isNotRenewed = (mark: string): boolean => mark.endsWith(':away');
