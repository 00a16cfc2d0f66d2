import type { Rules } from '#shared/domain/definition.ts';
import { activePerson, mustBeNew, mustHold, row } from '#shared/domain/judging.ts';
import type { Names } from './entries.ts';

export const rules: Rules<Names> = {
  'template.saved/1'({ body }, _, { state }) {
    activePerson(state, body.person);
    mustBeNew(state, 'template', body.template);
    mustHold(row(state, 'request', body.request).person === body.person, 'the request was of somebody else');
  },

  'template.deleted/1'({ body }, _, { state }) {
    const template = row(state, 'template', body.template);
    mustHold(template.person === body.person, 'the template is of somebody else');
    mustHold(template.deleted === undefined, 'the template was deleted before');
  },
};
