import { type SignedText, batch as batchSchema } from '#shared/entries/signed.ts';
import type { EntryOf } from '#shared/entries/types.ts';
import { type Facts, mustAdminister, mustBeNew, readSigned, row } from './rules.ts';
import { checkRegistration } from './webauthn.ts';
import { mustHold } from './types.ts';

/** The rules of people, keys and browsers, apart from their touches. Each throws Contradiction. */

export function genesisRule({ body }: EntryOf<'genesis'>): void {
  const { key, registration } = body.administrator;
  checkRegistration(registration, key, body);
}

export function invitedRule({ body, time }: EntryOf<'person.invited'>, _: number, { state }: Facts): void {
  mustAdminister(state, body.by);
  mustBeNew(state, 'person', body.person);
  mustBeNew(state, 'invitation', body.invitation);
  mustHold(body.expires > time, 'the invitation was over when it was made');
  for (const [, { handle }] of state.all('person'))
    mustHold(handle !== body.handle, `there is a ${handle} already`);
}

export function enrolledRule({ body, time }: EntryOf<'key.enrolled'>, _: number, { state }: Facts): void {
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
}

export function removedRule({ body }: EntryOf<'key.removed'>, _: number, { state }: Facts): void {
  const key = row(state, 'key', body.key);
  mustHold(key.person === body.person, 'the key is of somebody else');
  mustHold(key.removed === undefined, 'the key was removed before');
}

export function rolesRule({ body }: EntryOf<'person.roles-changed'>, _: number, { state }: Facts): void {
  mustAdminister(state, body.by);
  row(state, 'person', body.person);
}

export function disabledRule({ body }: EntryOf<'person.disabled'>, _: number, { state }: Facts): void {
  mustAdminister(state, body.by);
  mustHold(row(state, 'person', body.person).status !== 'disabled', 'the person was disabled before');
}

export function resetRule({ body }: EntryOf<'person.reset'>, _: number, { state }: Facts): void {
  row(state, 'person', body.person);
  mustBeNew(state, 'invitation', body.invitation);
  if (body.by === 'host') return;
  mustAdminister(state, body.by);
  mustHold(body.by !== body.person, 'nobody resets themselves');
}

export function pairedRule({ body }: EntryOf<'browser.paired'>, _: number, { state }: Facts): void {
  mustBeNew(state, 'browser', body.browser);
}

export function releasedRule({ body }: EntryOf<'browser.released'>, _: number, { state }: Facts): void {
  mustAdminister(state, body.by);
  mustHold(row(state, 'browser', body.browser).status !== 'released', 'the browser was released before');
}

export function browserEndedRule({ body }: EntryOf<'browser.ended'>, _: number, facts: Facts): void {
  const { state } = facts;
  const { status } = row(state, 'browser', body.browser);
  mustHold(status === 'paired', 'the browser was not paired any more');
  mustHold(
    (body.how === 'suspended') === (body.evidence !== undefined),
    'a browser is suspended by what it signed, and by nothing else',
  );
  if (!body.evidence) {
    mustHold(body.by !== undefined, 'nobody unpaired it');
    row(state, 'person', body.by);
    return;
  }
  mustHold(
    isSecondHistory(body.browser, body.evidence, facts) !== false,
    'the batch that it was suspended for stands well beside the others',
  );
}

/**
 * Whether a batch tells a second history: other words under a number that was used, or a next batch that follows
 * something else. Undefined where the batch that it would have to be held against is not there.
 */
export function isSecondHistory(browser: string, evidence: SignedText, facts: Facts): boolean | undefined {
  const { whole } = facts;
  const { value: batch, by } = readSigned(facts, browser, 'batch', evidence, batchSchema);
  if (batch.number === by.number + 1) return batch.previous !== by.chain;
  if (batch.number > by.number) return whole ? false : undefined;
  const index = facts.batchAt(browser, batch.number);
  const held = index === undefined ? undefined : facts.entryAt(index);
  if (held?.type === 'actions.recorded') return held.body.batch.text !== evidence.text;
  return whole ? true : undefined;
}
