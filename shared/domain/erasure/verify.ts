import type { TouchesOf } from '#shared/domain/definition.ts';
import { overAct } from '#shared/domain/dual-control/verify.ts';
import type { Names } from './entries.ts';
import { must } from '#shared/domain/state.ts';

export const touches: TouchesOf<Names> = {
  'detail.erased/1'({ body }, state) {
    const { act = '', by = '', touch } = body;
    return touch ? [overAct(touch, act, must(state, 'act', act).what, by)] : [];
  },
};
