import type { Access, Gate } from '../../platform/gates.ts';
import { elapsed, type Anchor, type Clocks } from '../../platform/time.ts';

/** What a console's page may take from a gate that it read at `read`: pure, and it never lengthens anything. */

/** Milliseconds of access left by this gate; Infinity where the access has no end, 0 where it is over. */
export function leftOf(gate: Gate, read: Anchor, now?: Clocks): number {
  if (!gate.clock) return Infinity;
  // From the worker's writing to our reading only the wall clock speaks; from then on the monotonic one as well.
  const before = elapsed({ wall: gate.clock.wall }, { wall: () => read.wall, monotonic: () => 0 });
  return Math.max(0, gate.clock.left - before - elapsed(read, now));
}

/** What the page may do now. */
export const accessOf = (gate: Gate, read: Anchor, now?: Clocks): Access =>
  leftOf(gate, read, now) > 0 ? gate.access : gate.base;
