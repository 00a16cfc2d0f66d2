import { byRules } from '#shared/domain/rights/taken.ts';
import type { Rules, Takings } from '#shared/domain/definition.ts';
import { mustAdminister, mustBeNew, mustHold, row } from '#shared/domain/judging.ts';
import type { State } from '#shared/domain/state.ts';
import { type Authority, byOf, type Names } from './entries.ts';
import { checkRegistration } from '#shared/verify/webauthn.ts';

export const rules: Rules<Names> = {
  'person.invited/1'({ body, time }, _, { state }) {
    mustAuthorize(state, body.authority);
    mustBeNew(state, 'person', body.person);
    mustBeNew(state, 'invitation', body.invitation);
    mustHold(body.expires > time, 'the invitation was over when it was made');
    for (const [, { handle }] of state.all('person'))
      mustHold(handle !== body.handle, `there is a ${handle} already`);
  },

  'key.enrolled/1'({ body, time }, _, { state }) {
    mustBeNew(state, 'key', body.key.id);
    checkRegistration(body.registration, body.key, row(state, 'log', 'log'));
    mustHold(
      (body.invitation === undefined) !== (body.addition === undefined),
      'a key comes by an invitation or beside another one',
    );
    if (body.invitation === undefined) return;
    const invitation = row(state, 'invitation', body.invitation);
    mustHold(invitation.person === body.person, 'the invitation was for somebody else');
    mustHold(!invitation.used, 'the invitation was used before');
    mustHold(invitation.expires >= time, 'the invitation was over');
    mustHold(row(state, 'person', body.person).status === 'invited', 'nobody was invited by it any more');
  },

  'key.removed/1'({ body }, _, { state }) {
    const key = row(state, 'key', body.key);
    mustHold(key.person === body.person, 'the key is of somebody else');
    mustHold(key.removed === undefined, 'the key was removed before');
  },

  'person.roles-changed/1'({ body }, _, { state }) {
    mustAuthorize(state, body.authority);
    row(state, 'person', body.person);
  },

  'person.disabled/1'({ body }, _, { state }) {
    mustAuthorize(state, body.authority);
    mustHold(row(state, 'person', body.person).status !== 'disabled', 'the person was disabled before');
  },

  'person.reset/1'({ body }, _, { state }) {
    row(state, 'person', body.person);
    mustBeNew(state, 'invitation', body.invitation);
    if (body.authority.kind === 'host') return;
    mustAuthorize(state, body.authority);
    mustHold(body.authority.by !== body.person, 'nobody resets themselves');
  },
};

/** Whose access these take away. */
export const takes: Takings<Names> = {
  'person.roles-changed/1': ({ body }) => byRules(byOf(body.authority)),
  'person.disabled/1': ({ body: { person, authority } }) => ({
    how: 'disabled',
    ...takenBy(authority),
    takes: (row) => row.person === person,
  }),
  'person.reset/1': ({ body: { person, authority } }) => ({
    how: 'reset',
    ...takenBy(authority),
    takes: (row) => row.person === person,
  }),
};

const takenBy = (authority: Authority): { by?: string } =>
  authority.kind === 'touch' ? { by: authority.by } : {};

/** The host only resets people; all else takes an administrator. */
function mustAuthorize(state: State, authority: Authority): void {
  mustHold(authority.kind === 'touch', 'the host only resets people');
  mustAdminister(state, authority.by);
}
