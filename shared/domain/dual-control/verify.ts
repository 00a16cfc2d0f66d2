import type { TouchesOf } from '#shared/domain/definition.ts';
import type { Act, Names } from './entries.ts';
import type { Touch } from '#shared/domain/primitives.ts';
import { type ExpectedTouch, expected, noTouches } from '#shared/domain/touches.ts';

export const touches: TouchesOf<Names> = {
  'act.proposed/1'({ body }) {
    const { act, what, by, touch } = body;
    return [overAct(touch, act, what, by)];
  },
  'act.withdrawn/1': noTouches,
};

/** The touch of whoever proposes or confirms an act: over the same in both cases. */
export function overAct(touch: Touch, act: string, what: Act, actor: string): ExpectedTouch {
  if (what.type === 'erasure') {
    const { entries, reason } = what;
    return expected('erasure', touch, { actor, act, entries, reason });
  }
  const { logKey, leaseKey } = what;
  return expected('rotation', touch, { actor, act, logKey, leaseKey });
}
