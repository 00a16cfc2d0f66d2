import { fromBase64url, toBase64url } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import type { State } from '#shared/domain/state.ts';
import type { Rows } from '#shared/domain/entries.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import type { Role } from '#shared/domain/primitives.ts';
import { hostResetAlarm } from '#shared/domain/people/wire.ts';

/** The rules of people and keys, as pure guards over folded state. Each throws a Refusal or returns what it found. */

/** How long an invitation stays open, in ms. */
export const invitationLife = 7 * 86_400_000;

/** How a one-time code appears in statements and entries: SHA-256 of its bytes. */
export function codeHash(code: string): string {
  try {
    return toBase64url(sha256(fromBase64url(code)));
  } catch (cause) {
    throw new Refusal('link_unknown', { cause });
  }
}

/** The person an open invitation is for. */
export function openInvitation(
  state: State,
  code: string,
  now: number,
): { hash: string; person: Rows['person'] } {
  const hash = codeHash(code);
  const invitation = state.get('invitation', hash);
  const person = invitation && state.get('person', invitation.person);
  if (!invitation || !person) throw new Refusal('link_unknown');
  if (invitation.used || person.status === 'active') throw new Refusal('link_used');
  if (person.status !== 'invited') throw new Refusal('disabled');
  if (invitation.expires < now) throw new Refusal('link_expired');
  return { hash, person };
}

/** Administrators whom the command on the server's host has reset lately: whoever holds the host can become them. */
export function hostResets(state: State, now: number): Rows['person'][] {
  return [...state.all('person')]
    .map(([, person]) => person)
    .filter(
      ({ roles, resetByHost }) =>
        roles.includes('administrator') && resetByHost !== undefined && resetByHost > now - hostResetAlarm,
    );
}

export function personByHandle(state: State, handle: string): Rows['person'] | undefined {
  for (const [, person] of state.all('person')) if (person.handle === handle) return person;
  return undefined;
}

export function refuseTakenHandle(state: State, handle: string): void {
  if (personByHandle(state, handle)) throw new Refusal('person_exists', { field: 'handle' });
}

/** A key once enrolled, even if removed since, is never enrolled again: one key, one owner (case 7). */
export function refuseKnownKey(state: State, credential: string): void {
  if (state.get('key', credential)) throw new Refusal('key_exists');
}

export function keysOf(state: State, person: string): Rows['key'][] {
  return [...state.all('key')]
    .map(([, key]) => key)
    .filter((key) => key.person === person && key.removed === undefined);
}

/**
 * Judged again inside the writer: between the touch and its entry whoever signed may have been disabled, reset or
 * lost the role or the key. Without this, two administrators who reset each other at once would leave none.
 */
export function requireActive(state: State, person: string, role?: Role, credential?: string): void {
  const row = state.get('person', person);
  if (row?.status !== 'active') throw new Refusal('disabled');
  if (role && !row.roles.includes(role)) throw new Refusal('forbidden');
  if (credential !== undefined && state.get('key', credential)?.removed !== undefined)
    throw new Refusal('key_unknown');
}

/** Somebody must stay who can sign in and administer. */
export function refuseLastAdministrator(state: State, leaving: string): void {
  for (const [, person] of state.all('person'))
    if (person.id !== leaving && person.status === 'active' && person.roles.includes('administrator')) return;
  throw new Refusal('last_administrator');
}

export function removableKey(state: State, person: string, credential: string): Rows['key'] {
  const keys = keysOf(state, person);
  const key = keys.find((k) => k.id === credential);
  if (!key) throw new Refusal('not_found');
  if (keys.length === 1) throw new Refusal('key_last');
  return key;
}

export function knownPerson(state: State, id: string): Rows['person'] {
  const person = state.get('person', id);
  if (!person) throw new Refusal('not_found');
  return person;
}
