import type { EntryOf } from '#shared/entries/types.ts';
import { batch as batchSchema } from '#shared/entries/signed.ts';
import {
  type Context,
  activePerson,
  batchName,
  mustAdminister,
  mustBeNew,
  row,
  signedByBrowser,
} from './rules.ts';
import { checkRegistration } from './webauthn.ts';
import { mustHold } from './types.ts';

/** The rules of people, keys and browsers, apart from their touches. Each throws Contradiction. */

export function genesisRule({ body }: EntryOf<'genesis'>, index: number, context: Context): void {
  mustHold(index === 0, 'a log begins once');
  mustHold(body.origin === context.origin, 'it begins another log than the checkpoint is of');
  mustHold(body.logKey === context.logKey, 'it names another key than the one that was pinned');
  const { key, registration } = body.administrator;
  checkRegistration(registration, key, body);
  context.tally.registrations++;
}

export function invitedRule({ body, time }: EntryOf<'person.invited'>, { state }: Context): void {
  mustAdminister(state, body.by);
  mustBeNew(state, 'person', body.person);
  mustBeNew(state, 'invitation', body.invitation);
  mustHold(body.expires > time, 'the invitation was over when it was made');
  for (const [, { handle }] of state.all('person'))
    mustHold(handle !== body.handle, `there is a ${handle} already`);
}

export function enrolledRule({ body, time }: EntryOf<'key.enrolled'>, context: Context): void {
  const { state, tally } = context;
  mustBeNew(state, 'key', body.key.id);
  checkRegistration(body.registration, body.key, row(state, 'log', 'log'));
  tally.registrations++;
  mustHold(
    (body.invitation === undefined) !== (body.addition === undefined),
    'a key comes by an invitation or beside another one',
  );
  if (body.invitation === undefined) {
    activePerson(state, body.person);
    return;
  }
  const invitation = row(state, 'invitation', body.invitation);
  mustHold(invitation.person === body.person, 'the invitation was for somebody else');
  mustHold(!invitation.used, 'the invitation was used before');
  mustHold(invitation.expires >= time, 'the invitation was over');
  mustHold(row(state, 'person', body.person).status === 'invited', 'nobody was invited by it any more');
}

export function removedRule({ body }: EntryOf<'key.removed'>, { state }: Context): void {
  const key = row(state, 'key', body.key);
  mustHold(key.person === body.person, 'the key is of somebody else');
  mustHold(key.removed === undefined, 'the key was removed before');
}

export function rolesRule({ body }: EntryOf<'person.roles-changed'>, { state }: Context): void {
  mustAdminister(state, body.by);
  row(state, 'person', body.person);
}

export function disabledRule({ body }: EntryOf<'person.disabled'>, { state }: Context): void {
  mustAdminister(state, body.by);
  mustHold(row(state, 'person', body.person).status !== 'disabled', 'the person was disabled before');
}

export function resetRule({ body }: EntryOf<'person.reset'>, index: number, { state, tally }: Context): void {
  const { handle } = row(state, 'person', body.person);
  mustBeNew(state, 'invitation', body.invitation);
  if (body.by === 'host') {
    tally.hostResets.push({ entry: index, handle });
    return;
  }
  mustAdminister(state, body.by);
  mustHold(body.by !== body.person, 'nobody resets themselves');
}

export function pairedRule({ body }: EntryOf<'browser.paired'>, { state }: Context): void {
  activePerson(state, body.person);
  mustBeNew(state, 'browser', body.browser);
}

export async function browserEndedRule(
  { body }: EntryOf<'browser.ended'>,
  index: number,
  context: Context,
): Promise<void> {
  const { state, tally, batches } = context;
  const { status } = row(state, 'browser', body.browser);
  mustHold(status === 'paired', 'the browser was not paired any more');
  mustHold(
    (body.how === 'suspended') === (body.evidence !== undefined),
    'a browser is suspended by what it signed, and by nothing else',
  );
  if (!body.evidence) {
    mustHold(body.by !== undefined, 'nobody unpaired it');
    row(state, 'person', body.by);
    tally.unsignedEnds.push(index);
    return;
  }
  const { value: batch, by } = await signedByBrowser(
    context,
    body.browser,
    'batch',
    body.evidence,
    batchSchema,
  );
  // A second history: other words under a number that was used, or a next batch that follows something else.
  const forks =
    batch.number > by.number
      ? batch.number === by.number + 1 && batch.previous !== by.chain
      : batches.get(batchName(by.id, batch.number)) !== body.evidence.text;
  mustHold(forks, 'the batch that it was suspended for stands well beside the others');
  tally.suspensions.push(index);
}
