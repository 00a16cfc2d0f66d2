import { byTouch } from '#shared/domain/people/entries.ts';
import { Refusal } from '#shared/errors.ts';
import type { StatementOf, StatementType } from '#shared/domain/statements.ts';
import type { Touch } from '#shared/domain/primitives.ts';
import type { NewDetail } from '#shared/wire/details.ts';
import type { PersonView } from '#shared/domain/people/views.ts';
import type { Services } from '../context.ts';
import { keepDetails, requireWords, requireCommitted } from '../details/index.ts';
import type { PersonCaller } from '../http/index.ts';
import {
  invitationLife,
  keysOf,
  knownPerson,
  requireActive,
  refuseLastAdministrator,
  refuseTakenHandle,
  removableKey,
} from './rules.ts';
import { ended } from './signing-in.ts';
import { personView } from './views.ts';

/** Inviting, changing roles, disabling, resetting and removing keys: each a statement touched by whoever does it. */

/**
 * Verifies a touched statement that the page composed freely within its type. What it says is read from the signed
 * text itself, so what is done is exactly what was signed.
 */
async function signedBy<T extends Exclude<StatementType, 'sign-in'>>(
  services: Services,
  who: PersonCaller,
  type: T,
  touch: Touch,
): Promise<{ statement: StatementOf<T>; touch: Touch }> {
  return services.touches.verify(services.log.state, type, touch, { actor: who.person.id });
}

function shown(services: Services, id: string): PersonView {
  return personView(services, knownPerson(services.log.state, id));
}

/** Ends what a person who lost their right still holds open: sign-ins, sockets, grants (case 14). */
function cutOff(services: Services, person: string, how: 'disabled' | 'reset', by: string): void {
  services.hub.drop({ person });
  // Last: it may fail, and the log alone ends them already.
  ended(services, services.signIns.endOf(person), how, by);
}

export async function inviteBy(
  services: Services,
  who: PersonCaller,
  touch: Touch,
  id: string,
): Promise<PersonView> {
  const { statement } = await signedBy(services, who, 'invitation', touch);
  const { handle, roles, invitation } = statement;
  await services.log.run((draft) => {
    requireActive(draft.state, who.person.id, 'administrator', touch.credential);
    refuseTakenHandle(draft.state, handle);
    if (draft.state.get('invitation', invitation)) throw new Refusal('statement_used');
    const expires = draft.now + invitationLife;
    draft.append('person.invited', {
      person: id,
      handle,
      roles,
      invitation,
      expires,
      authority: byTouch(who.person.id, touch),
    });
  });
  return shown(services, id);
}

export async function changeRolesBy(
  services: Services,
  who: PersonCaller,
  touch: Touch,
): Promise<PersonView> {
  const { statement } = await signedBy(services, who, 'role-change', touch);
  const { person, roles } = statement;
  await services.log.run((draft) => {
    requireActive(draft.state, who.person.id, 'administrator', touch.credential);
    knownPerson(draft.state, person);
    if (!roles.includes('administrator')) refuseLastAdministrator(draft.state, person);
    draft.append('person.roles-changed', { person, roles, authority: byTouch(who.person.id, touch) });
  });
  return shown(services, person);
}

export async function disableBy(
  services: Services,
  who: PersonCaller,
  touch: Touch,
  reason: NewDetail,
): Promise<PersonView> {
  const { statement } = await signedBy(services, who, 'disabling', touch);
  const { person } = statement;
  requireCommitted(reason, statement.reason, 'reason');
  requireWords(reason.text, 'reason');
  await services.log.run((draft) => {
    requireActive(draft.state, who.person.id, 'administrator', touch.credential);
    if (knownPerson(draft.state, person).status === 'disabled') throw new Refusal('disabled');
    refuseLastAdministrator(draft.state, person);
    keepDetails(draft, reason);
    draft.append('person.disabled', {
      person,
      reason: statement.reason,
      authority: byTouch(who.person.id, touch),
    });
  });
  cutOff(services, person, 'disabled', who.person.id);
  return shown(services, person);
}

export async function resetBy(services: Services, who: PersonCaller, touch: Touch): Promise<PersonView> {
  const { statement } = await signedBy(services, who, 'reset', touch);
  const { person, invitation } = statement;
  if (person === who.person.id)
    throw new Refusal('forbidden', {
      sentence: 'You cannot reset yourself. Ask another administrator.',
    });
  await services.log.run((draft) => {
    requireActive(draft.state, who.person.id, 'administrator', touch.credential);
    knownPerson(draft.state, person);
    if (draft.state.get('invitation', invitation)) throw new Refusal('statement_used');
    draft.append('person.reset', {
      person,
      invitation,
      expires: draft.now + invitationLife,
      authority: byTouch(who.person.id, touch),
    });
  });
  cutOff(services, person, 'reset', who.person.id);
  return shown(services, person);
}

export async function removeKeyOf(services: Services, who: PersonCaller, touch: Touch): Promise<void> {
  const { statement } = await signedBy(services, who, 'key-removal', touch);
  const { removed } = statement;
  // The key that signs stays, or the owner would have proven nothing about the one that is left.
  if (removed === touch.credential && keysOf(services.log.state, who.person.id).length > 1)
    throw new Refusal('key_needed', {
      sentence: 'Sign the removal with another of your keys, so that you are sure to keep one that works.',
    });
  await services.log.run((draft) => {
    requireActive(draft.state, who.person.id, undefined, touch.credential);
    removableKey(draft.state, who.person.id, removed);
    draft.append('key.removed', { person: who.person.id, key: removed, touch });
  });
  ended(services, services.signIns.endWith(removed), 'key-removed', who.person.id);
}
