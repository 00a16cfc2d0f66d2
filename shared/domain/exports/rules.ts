import type { Rules } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';
import { activePerson, mustHold } from '#shared/domain/judging.ts';

export const rules: Rules<Names> = {
  'evidence.exported/1'({ body }, index, { state }) {
    activePerson(state, body.by);
    mustHold(body.size <= index, 'the evidence was of more entries than the log has before it');
  },
};
