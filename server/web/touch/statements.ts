import type { Act } from '#shared/domain/dual-control/entries.ts';
import { commit } from '#shared/domain/signing.ts';
import type { Role, Terms } from '#shared/domain/primitives.ts';
import type { StatementOf } from '#shared/domain/statements.ts';
import type { AnswerOf } from '#shared/wire/route.ts';
import type { RecoveryView } from '#shared/domain/succession/wire.ts';
import type { wire } from '#shared/wire/index.ts';
import type { Draft } from '#shared/wire/common.ts';
import type { NewDetail } from '#shared/wire/details.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';

/** Composes each statement from what the page draws and from a draft. Pure; a draft gives log, nonce, expiry and head. */

/** Who is to touch, and with which key. */
export interface Signer {
  person: string;
  credential: string;
}

const common = ({ log, nonce, expires, head }: Draft) => ({ log, nonce, expires, head });
const by = (draft: Draft, { person, credential }: Signer) => ({
  ...common(draft),
  actor: person,
  credential,
});

export const signInStatement = (draft: Draft): StatementOf<'sign-in'> => ({
  type: 'sign-in',
  ...common(draft),
});

/** `invitation` is the hash of the one-time code, empty when a key is added beside another. */
export const enrolmentStatement = (
  draft: Draft,
  signer: Signer,
  handle: string,
  invitation: string,
): StatementOf<'enrolment'> => ({ type: 'enrolment', ...by(draft, signer), handle, invitation });

export const keyAdditionStatement = (
  draft: Draft,
  signer: Signer,
  added: string,
): StatementOf<'key-addition'> => ({ type: 'key-addition', ...by(draft, signer), added });

export const keyRemovalStatement = (
  draft: Draft,
  signer: Signer,
  removed: string,
): StatementOf<'key-removal'> => ({ type: 'key-removal', ...by(draft, signer), removed });

export const invitationStatement = (
  draft: Draft,
  signer: Signer,
  { handle, roles, invitation }: { handle: string; roles: Role[]; invitation: string },
): StatementOf<'invitation'> => ({ type: 'invitation', ...by(draft, signer), handle, roles, invitation });

export const roleChangeStatement = (
  draft: Draft,
  signer: Signer,
  person: string,
  roles: Role[],
): StatementOf<'role-change'> => ({ type: 'role-change', ...by(draft, signer), person, roles });

export const disablingStatement = (
  draft: Draft,
  signer: Signer,
  person: string,
  reason: NewDetail,
): StatementOf<'disabling'> => ({
  type: 'disabling',
  ...by(draft, signer),
  person,
  reason: commit(reason.salt, reason.text),
});

export const releaseStatement = (
  draft: Draft,
  signer: Signer,
  of: { browser: string; browserKey: string },
): StatementOf<'release'> => ({ type: 'release', ...by(draft, signer), ...of });

export const resetStatement = (
  draft: Draft,
  signer: Signer,
  person: string,
  invitation: string,
): StatementOf<'reset'> => ({ type: 'reset', ...by(draft, signer), person, invitation });

/** An act and the id that its proposer gave it. */
export interface DrawnAct {
  id: string;
  what: Act;
}

export const erasureOf = (id: string, entries: readonly number[], reason: NewDetail): DrawnAct => ({
  id,
  what: { type: 'erasure', entries: [...entries], reason: commit(reason.salt, reason.text) },
});

/** Whoever proposes an act and whoever confirms it sign the same. */
export const actStatement = (
  draft: Draft,
  signer: Signer,
  { id: act, what }: DrawnAct,
): StatementOf<'erasure'> | StatementOf<'rotation'> =>
  what.type === 'erasure'
    ? { type: 'erasure', ...by(draft, signer), act, entries: what.entries, reason: what.reason }
    : { type: 'rotation', ...by(draft, signer), act, logKey: what.logKey, leaseKey: what.leaseKey };

/** Both administrators sign the same: what is lost, what is kept, and the keys that go on. */
export const recoveryStatement = (
  draft: Draft,
  signer: Signer,
  { origin, lost, restored, logKey, leaseKey }: RecoveryView,
): StatementOf<'recovery'> => ({
  type: 'recovery',
  ...by(draft, signer),
  origin,
  lost: { size: lost.size, root: lost.root },
  restored,
  logKey,
  leaseKey,
});

export const pairingStatement = (
  draft: Draft,
  signer: Signer,
  { browserKey, code, label }: { browserKey: string; code: string; label: string },
): StatementOf<'pairing'> => ({ type: 'pairing', ...by(draft, signer), browserKey, code, label });

/**
 * The terms as drawn: `seconds` from the draft's own now, so that waiting before the touch never lengthens them. More
 * time is counted from where the running grant ends.
 */
export const termsOf = (
  request: RequestView,
  level: Terms['level'],
  seconds: number,
  draft: Draft,
): Terms => ({
  console: request.console.id,
  level,
  until: (request.extends === '' ? draft.now : request.from) + seconds * 1000,
});

/** `reason` is given when denying, absent when approving. */
export const decisionStatement = (
  draft: Draft,
  signer: Signer,
  request: RequestView,
  terms: Terms,
  policy: string,
  reason?: NewDetail,
): StatementOf<'decision'> => ({
  type: 'decision',
  ...by(draft, signer),
  request: request.id,
  requestHash: request.hash,
  requester: request.person.id,
  policy,
  decision: reason === undefined ? 'approve' : 'deny',
  terms,
  reason: reason === undefined ? '' : commit(reason.salt, reason.text),
});

export const activationStatement = (
  opened: AnswerOf<typeof wire.showActivation>,
  credential: string,
): StatementOf<'activation'> => {
  const { request, draft, until } = opened;
  return {
    type: 'activation',
    ...by(draft, { person: opened.person.id, credential }),
    request: request.id,
    requestHash: request.hash,
    browserKey: opened.browserKey,
    policy: opened.policy,
    terms: { console: request.console.id, level: request.grant?.level ?? request.level, until },
    basis: opened.basis,
    extends: request.extends,
  };
};
