import { z } from 'zod';
import { actionView } from '#shared/domain/actions/views.ts';
import { grantView } from '#shared/domain/grants/views.ts';
import { keyView, personRef } from '#shared/domain/people/views.ts';
import { basis, id, time, touch } from '#shared/domain/primitives.ts';
import { requestView } from '#shared/domain/requests/views.ts';
import { sessionView, storyView } from './views.ts';
import { signedText } from '#shared/domain/signing.ts';
import { b64u } from '#shared/log/form.ts';
import { draft } from '#shared/wire/common.ts';
import { route } from '#shared/wire/route.ts';

/** The activation window's address; it opens without a sign-in and once. */
export const openActivation = route({
  method: 'POST',
  path: '/api/browser/requests/:request/activation',
  summary: 'A one-time address of the activation window for an approved request, or one that nobody decides.',
  auth: 'browser',
  params: z.strictObject({ request: id }),
  body: z.strictObject({}),
  answer: z.object({ url: z.string(), expires: time }),
});

/** The activation window, opened by the extension with a one-time ticket in the fragment; no sign-in. */
export const showActivation = route({
  method: 'POST',
  path: '/api/activation/open',
  summary: "The server's own record of what an activation ticket would start.",
  auth: 'anybody',
  body: z.strictObject({ ticket: b64u(32) }),
  answer: z.object({
    request: requestView,
    person: personRef,
    browserKey: b64u(32),
    /** Keys of this person that can sign; the first is the one used last. */
    credentials: z.array(keyView),
    basis,
    /** When access would end: fixed by the approval, or or now + what was asked. */
    until: time,
    /** The policy in force. */
    policy: z.string(),
    /** The ask as the browser signed it, so that the page can check what it draws and the hash it signs. */
    ask: signedText,
    draft,
  }),
});

export const activate = route({
  method: 'POST',
  path: '/api/activation',
  summary: 'Start the grant in the browser that asked, with one touch.',
  auth: 'anybody',
  body: z.strictObject({ ticket: b64u(32), touch }),
  answer: z.object({ grant: grantView }),
  appends: ['session.started'],
});

export const live = route({
  method: 'GET',
  path: '/api/live',
  summary: 'Who is in now, with what they did last.',
  auth: 'person',
  roles: ['approver', 'auditor', 'administrator'],
  answer: z.object({
    now: time,
    sessions: z.array(z.object({ session: sessionView, latest: z.array(actionView) })),
    ungranted: z.array(actionView),
  }),
});

export const listSessions = route({
  method: 'GET',
  path: '/api/sessions',
  summary: "Sessions, newest first: everybody's for auditors, approvers and administrators, else your own.",
  auth: 'person',
  query: z.object({
    whose: z.enum(['mine', 'all']).default('mine'),
    before: z.coerce.number().int().optional(),
  }),
  answer: z.object({ now: time, sessions: z.array(sessionView), more: z.boolean() }),
});

export const showSession = route({
  method: 'GET',
  path: '/api/sessions/:session',
  summary: 'One session whole: every request, decision and key, every action in order, how it ended.',
  auth: 'person',
  params: z.strictObject({ session: id }),
  /** `after`: index of the last entry whose actions the reader has; a batch is never split over two answers. */
  query: z.object({ after: z.coerce.number().int().default(-1) }),
  answer: z.object({
    now: time,
    session: sessionView,
    request: requestView,
    story: storyView,
    actions: z.array(actionView),
    more: z.boolean(),
  }),
});

export const routes = { openActivation, showActivation, activate, live, listSessions, showSession };
