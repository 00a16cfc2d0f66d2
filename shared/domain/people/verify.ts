import type { Checks, TouchesOf } from '#shared/domain/definition.ts';
import { row } from '#shared/domain/judging.ts';
import type { StatementType } from '#shared/domain/statements.ts';
import type { Authority, Names } from './entries.ts';
import { must } from '#shared/domain/state.ts';
import { type ExpectedTouch, type Fields, expected } from '#shared/domain/touches.ts';

export const touches: TouchesOf<Names> = {
  'person.invited/1'({ body }) {
    const { authority, handle, roles, invitation } = body;
    return touchOf(authority, 'invitation', { handle, roles, invitation });
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
    const { authority, person, roles } = body;
    return touchOf(authority, 'role-change', { person, roles });
  },
  'person.disabled/1'({ body }) {
    const { authority, person, reason } = body;
    return touchOf(authority, 'disabling', { person, reason });
  },
  'person.reset/1'({ body }) {
    const { authority, person, invitation } = body;
    return touchOf(authority, 'reset', { person, invitation });
  },
};

export const checks: Checks<Names> = {
  'key.enrolled/1'(_, __, { tally }) {
    tally.registrations++;
  },

  'person.reset/1'({ body }, index, { state, tally }) {
    if (body.authority.kind !== 'host') return;
    tally.hostResets.push({ entry: index, handle: row(state, 'person', body.person).handle });
  },
};

/** The touch behind a change of people, if it is by one. */
const touchOf = <T extends StatementType>(
  authority: Authority,
  type: T,
  fields: Omit<Fields<T>, 'actor'>,
): ExpectedTouch[] =>
  authority.kind === 'touch'
    ? [expected(type, authority.touch, { ...fields, actor: authority.by } as Fields<T>)]
    : [];
