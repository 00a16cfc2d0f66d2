import type { Checks, Touches } from '#shared/domain/definition.ts';
import { mustHold, row } from '#shared/domain/judging.ts';
import type { Names } from './entries.ts';
import { must } from '#shared/domain/state.ts';
import { expected } from '#shared/domain/touches.ts';

export const touches: Touches<Names> = {
  'person.invited/1'({ body }) {
    const { by: actor, handle, roles, invitation, touch } = body;
    return [expected('invitation', touch, { actor, handle, roles, invitation })];
  },
  'key.enrolled/1'({ body }, state) {
    const { person: actor, key, touch, addition, invitation = '' } = body;
    const { handle } = must(state, 'person', actor);
    const own = expected('enrolment', touch, { actor, handle, invitation }, key);
    return addition ? [expected('key-addition', addition, { actor, added: key.id }), own] : [own];
  },
  'key.removed/1'({ body }) {
    const { person: actor, key: removed, touch } = body;
    return [expected('key-removal', touch, { actor, removed })];
  },
  'person.roles-changed/1'({ body }) {
    const { by: actor, person, roles, touch } = body;
    return [expected('role-change', touch, { actor, person, roles })];
  },
  'person.disabled/1'({ body }) {
    const { by: actor, person, reason, touch } = body;
    return [expected('disabling', touch, { actor, person, reason })];
  },
  'person.reset/1'({ body }) {
    const { by: actor, person, invitation, touch } = body;
    mustHold((actor === 'host') === (touch === undefined), 'a reset is by a touch or by the host');
    return touch ? [expected('reset', touch, { actor, person, invitation })] : [];
  },
};

export const checks: Checks<Names> = {
  'key.enrolled/1'(_, __, { tally }) {
    tally.registrations++;
  },

  'person.reset/1'({ body }, index, { state, tally }) {
    if (body.by !== 'host') return;
    tally.hostResets.push({ entry: index, handle: row(state, 'person', body.person).handle });
  },
};
