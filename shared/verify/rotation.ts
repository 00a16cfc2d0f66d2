import type { EntryOf } from '#shared/entries/types.ts';
import { canonical, signedBytes } from '#shared/domain/signing.ts';
import { confirmedAct } from './acts.ts';
import { mustBeNewKey } from './recovery.ts';
import { type Facts, row, same } from './rules.ts';
import { mustHold } from './types.ts';

/** What the key before signs for its successor: "countersign/rotation/v1\n" ‖ canonical JSON of this. */
export function endorsed(of: {
  log: string;
  old: string;
  new: string;
  leaseKey: string;
  act: string;
}): Uint8Array<ArrayBuffer> {
  const { log, old, new: next, leaseKey, act } = of;
  return signedBytes('rotation', canonical({ log, old, new: next, leaseKey, act }));
}

/** What must hold of a rotation besides its touch and endorsement. Throws Contradiction. */
export function rotatedRule({ body, time }: EntryOf<'log.key-rotated'>, _: number, facts: Facts): void {
  const { origin, logKey: old } = row(facts.state, 'log', 'log');
  const { act, by, logKey, leaseKey } = body;
  const { what } = confirmedAct(facts, { id: act, by, type: 'rotation', time });
  mustHold(same(what, { type: 'rotation', logKey, leaseKey }), 'its keys are not those that were proposed');
  mustBeNewKey(logKey, origin, old);
}
