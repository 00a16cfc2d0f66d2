import type { Rules } from '#shared/domain/definition.ts';
import { confirmedAct } from '#shared/domain/dual-control/rules.ts';
import type { Names } from './entries.ts';
import { mustHold, policyInForce } from '#shared/domain/judging.ts';

export const rules: Rules<Names> = {
  'detail.erased/1'({ body, time }, index, facts) {
    const { how, act, by, touch, below, policy } = body;
    if (how === 'demand') {
      mustHold(
        touch !== undefined && below === undefined && policy === undefined,
        'it is no erasure on demand',
      );
      confirmedAct(facts, { id: act, by, type: 'erasure', time });
      return;
    }
    mustHold(
      below !== undefined &&
        policy !== undefined &&
        act === undefined &&
        by === undefined &&
        touch === undefined,
      'it is no erasure by policy',
    );
    mustHold(below <= index, 'it erased the details of entries that were not there');
    const { retention } = policyInForce(facts, policy);
    mustHold(retention !== undefined, 'policy keeps details for ever');
    // Undefined where the entry is not disclosed: then its age is not known here.
    const last = facts.entryAt(below - 1);
    mustHold(
      last === undefined || last.time <= time - retention * 1000,
      'it erased details sooner than policy says',
    );
  },
};
