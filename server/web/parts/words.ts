import type { EndedHow } from '#shared/domain/grants/entries.ts';
import type { LapsedHow } from '#shared/domain/requests/entries.ts';
import type { Level, Role } from '#shared/domain/primitives.ts';
import type { BadgeState } from '#shared/ui/index.ts';
import type { GrantView } from '#shared/domain/grants/views.ts';
import type { KeyView } from '#shared/domain/people/views.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import type { SessionView } from '#shared/domain/sessions/views.ts';

/** The product's words for its own states, in one place. */

export const levelName: Record<Level, string> = { view: 'View', change: 'Change' };
export const levelMeans: Record<Level, string> = {
  view: 'See everything, change nothing',
  change: 'See and change everything',
};

export const roleMeans: Record<Role, string> = {
  engineer: 'Requests access to consoles',
  approver: 'Approves and denies requests, watches sessions, revokes access',
  auditor: 'Reads every session and the log',
  administrator: 'Invites people, changes roles, resets keys',
};
export const allRoles: readonly Role[] = ['engineer', 'approver', 'auditor', 'administrator'];

export const endedWords: Record<EndedHow, string> = {
  'ran-out': 'Time ran out',
  'handed-back': 'Ended early by the engineer',
  revoked: 'Revoked',
  'not-started': 'Not started in time',
  disabled: 'Ended because the person was disabled',
  reset: 'Ended because the keys were reset',
  unpaired: 'Ended because the browser was unpaired',
  suspended: 'Ended because the browser was suspended',
  released: 'Ended because the browser was released',
  recovered: 'Ended by the recovery of the log',
  'no-longer-allowed': 'Ended because the policy or roles no longer allow it',
};

/** Why a request left the inbox before anybody decided. */
export const lapsedWords: Record<LapsedHow, string> = {
  'no-longer-allowed': 'The policy or roles no longer allow this, so it expired. Nothing was granted.',
  disabled: 'The requester was disabled, so it expired.',
  reset:
    'The requester’s keys were reset, so it expired. They can request again once they have enrolled a new key.',
  unpaired: 'The requesting browser was unpaired, so it expired. A new request is needed.',
  suspended: 'The requesting browser was suspended, so it expired. A new request is needed.',
  released: 'The requesting browser was released, so it expired. A new request is needed.',
  recovered: 'The log was recovered in the meantime, so it expired. A new request is needed.',
  'session-ended': 'The session to extend ended first, so it expired. A new request is needed.',
};

export const keyKind: Record<KeyView['kind'], { words: string; means: string }> = {
  attested: { words: 'Attested', means: 'Its manufacturer signed what kind of key it is' },
  unattested: { words: 'Unattested', means: 'It did not prove what kind of key it is' },
  synced: { words: 'Synced', means: 'A passkey that syncs between devices' },
};

/** What is said of a browser beside its name; nothing while it is paired. */
export const browserState = {
  paired: undefined,
  suspended: 'Suspended',
  unpaired: 'Unpaired',
  released: 'Released',
} as const;

/** Where a request stands, its grant included. */
export function requestState({ status, grant }: RequestView): BadgeState {
  return status === 'approved' && grant ? grantState(grant) : status;
}

export function grantState(grant: GrantView): BadgeState {
  return grant.status === 'ended' && grant.endedHow === 'revoked' ? 'revoked' : grant.status;
}

export const sessionState = ({ grant, ended }: SessionView): BadgeState =>
  ended === undefined ? 'running' : grantState(grant);

/** Of a session that is over: what is missing of the browser's word. */
export const sayUnconfirmed = ({ browser }: Pick<SessionView, 'browser'>): string =>
  browser.status === 'paired'
    ? 'The browser has not confirmed yet that the console is closed.'
    : 'The browser is no longer paired, so it cannot confirm that the console is closed.';

/** "1 action", "12 actions". */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** "a, b and c" */
export const listed = (names: readonly string[]): string => new Intl.ListFormat('en-GB').format(names);
