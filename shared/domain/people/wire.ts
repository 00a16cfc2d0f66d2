import { z } from 'zod';
import { browserView } from '#shared/domain/browsers/views.ts';
import { registration } from './entries.ts';
import { keyView, personView, signInView } from './views.ts';
import { credentialId, handle, id, role, time, touch } from '#shared/domain/primitives.ts';
import { draft, ok } from '#shared/wire/common.ts';
import { newDetail } from '#shared/wire/details.ts';
import { route } from '#shared/wire/route.ts';

/** For this long after a reset by the command on the server's host, administrators are alarmed, ms. */
export const hostResetAlarm = 30 * 86_400_000;

export const prepareSignIn = route({
  method: 'POST',
  path: '/api/sign-in/prepare',
  summary: 'A nonce and the log head for a sign-in statement.',
  auth: 'anybody',
  body: z.strictObject({}),
  answer: draft,
});

export const signIn = route({
  method: 'POST',
  path: '/api/sign-in',
  summary: 'Sign in with a touch over a sign-in statement; sets the cookie.',
  auth: 'anybody',
  body: z.strictObject({ touch }),
  answer: z.object({ person: personView }),
});

export const signOut = route({
  method: 'POST',
  path: '/api/sign-out',
  summary: 'End this sign-in.',
  auth: 'person',
  body: z.strictObject({}),
  answer: ok,
});

export const me = route({
  method: 'GET',
  path: '/api/me',
  summary: 'Who is signed in, with their keys and browsers.',
  auth: 'person',
  answer: z.object({
    person: personView,
    /** The key of this sign-in: the default for the next touch. */
    credential: credentialId,
    keys: z.array(keyView),
    browsers: z.array(browserView),
    now: time,
  }),
});

const signIns = z.object({ now: time, signIns: z.array(signInView) });

export const listSignIns = route({
  method: 'GET',
  path: '/api/me/sign-ins',
  summary: 'Where you are signed in.',
  auth: 'person',
  answer: signIns,
});

export const endSignIn = route({
  method: 'POST',
  path: '/api/me/sign-ins/:signIn/end',
  summary: 'End another of your sign-ins, with a touch over a sign-in statement.',
  auth: 'person',
  params: z.object({ signIn: id }),
  body: z.strictObject({ touch }),
  answer: signIns,
});

export const endOtherSignIns = route({
  method: 'POST',
  path: '/api/me/sign-ins/end-others',
  summary: 'End all your sign-ins but this one, with a touch over a sign-in statement.',
  auth: 'person',
  body: z.strictObject({ touch }),
  answer: signIns,
});

/** A draft for any statement that a signed-in person is about to touch. */
export const prepareStatement = route({
  method: 'POST',
  path: '/api/statements/prepare',
  summary: 'A nonce and the log head for one touched statement.',
  auth: 'person',
  body: z.strictObject({}),
  answer: draft,
});

const codeBody = { code: z.string().min(20).max(100) };

export const openEnrolment = route({
  method: 'POST',
  path: '/api/enrolment/open',
  summary: 'What a one-time link is for: first set-up or an invitation.',
  auth: 'anybody',
  body: z.strictObject(codeBody),
  answer: z.object({
    /** True for the link that sets the server up; the handle is then chosen by the administrator. */
    first: z.boolean(),
    person: id,
    handle: z.string(),
    roles: z.array(role),
    rpId: z.string(),
    draft,
  }),
});

/** A new key's registration: made with `challenge = random`, bound to the person by the touch over the enrolment statement. */
const newKey = {
  registration,
  credential: credentialId,
  transports: z.array(z.string().max(20)).max(8),
  label: z.string().trim().min(1).max(80),
  /** The new key's own touch over the enrolment statement. */
  touch,
};

export const enrol = route({
  method: 'POST',
  path: '/api/enrolment',
  summary: 'Enrol the first key of a person by a one-time link; signs in.',
  auth: 'anybody',
  body: z.strictObject({ ...codeBody, handle, ...newKey }),
  answer: z.object({ person: personView, genesis: z.string() }),
  appends: ['genesis', 'policy.loaded', 'key.enrolled'],
});

export const addKey = route({
  method: 'POST',
  path: '/api/keys',
  summary: 'Add a key, vouched for by a touch of one enrolled already (case 8).',
  auth: 'person',
  body: z.strictObject({ ...newKey, addition: touch }),
  answer: z.object({ key: keyView }),
  appends: ['key.enrolled'],
});

export const removeKey = route({
  method: 'POST',
  path: '/api/keys/remove',
  summary: 'Remove one of your keys; never the last one.',
  auth: 'person',
  body: z.strictObject({ touch }),
  answer: ok,
  appends: ['key.removed'],
});

export const listPeople = route({
  method: 'GET',
  path: '/api/people',
  summary: 'Everybody, with roles and presence.',
  auth: 'person',
  roles: ['administrator', 'auditor', 'approver'],
  answer: z.object({ people: z.array(personView) }),
});

export const endSignInsOf = route({
  method: 'POST',
  path: '/api/people/:person/sign-ins/end',
  summary: 'Sign a person out everywhere. Their grants and browsers stay.',
  auth: 'person',
  roles: ['administrator'],
  params: z.object({ person: id }),
  body: z.strictObject({}),
  answer: ok,
});

export const invite = route({
  method: 'POST',
  path: '/api/people/invite',
  summary:
    'Invite somebody: a touched statement names handle, roles and the hash of a one-time code that the page made.',
  auth: 'person',
  roles: ['administrator'],
  body: z.strictObject({ touch }),
  answer: z.object({ person: personView }),
  appends: ['person.invited'],
});

export const changeRoles = route({
  method: 'POST',
  path: '/api/people/roles',
  summary: 'Change the roles of a person: what these no longer allow ends at once.',
  auth: 'person',
  roles: ['administrator'],
  body: z.strictObject({ touch }),
  answer: z.object({ person: personView }),
  appends: ['person.roles-changed', 'request.expired', 'grant.ended'],
});

export const disable = route({
  method: 'POST',
  path: '/api/people/disable',
  summary: 'Disable a person: sign-ins, browsers and grants end at once.',
  auth: 'person',
  roles: ['administrator'],
  body: z.strictObject({ touch, reason: newDetail }),
  answer: z.object({ person: personView }),
  appends: ['person.disabled', 'request.expired', 'grant.ended'],
});

export const reset = route({
  method: 'POST',
  path: '/api/people/reset',
  summary:
    'End all keys and browsers of a person who lost theirs, and let them enrol anew by a one-time code.',
  auth: 'person',
  roles: ['administrator'],
  body: z.strictObject({ touch }),
  answer: z.object({ person: personView }),
  appends: ['person.reset', 'request.expired', 'grant.ended'],
});

export const routes = {
  prepareSignIn,
  signIn,
  signOut,
  listSignIns,
  endSignIn,
  endOtherSignIns,
  me,
  prepareStatement,
  openEnrolment,
  enrol,
  addKey,
  removeKey,
  listPeople,
  endSignInsOf,
  invite,
  changeRoles,
  disable,
  reset,
};
