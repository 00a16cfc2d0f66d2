import type { AccessLevel, Gate } from '../../platform/gates.ts';
import { elapsed, type TimeAnchor, type Clocks } from '../../platform/time.ts';

/** What a console's page may take from a gate that it read at `read`: pure, and it never lengthens anything. */

/**
 * What the page may do by this gate, and for how many more ms: Infinity where that has no end. One reading of the clock
 * says both, so that whatever ends has time left: a clock read once more may be past the end, and nobody would wait
 * for it.
 */
export function accessBy(gate: Gate, read: TimeAnchor, now?: Clocks): { access: AccessLevel; left: number } {
  const left = leftOf(gate, read, now);
  return left > 0 ? { access: gate.access, left } : { access: gate.base, left: Infinity };
}

function leftOf(gate: Gate, read: TimeAnchor, now?: Clocks): number {
  if (!gate.clock) return Infinity;
  // From the worker's writing to our reading only the wall clock speaks; from then on the monotonic one as well.
  const before = elapsed({ wall: gate.clock.wall }, { wall: () => read.wall, monotonic: () => 0 });
  return gate.clock.left - before - elapsed(read, now);
}
