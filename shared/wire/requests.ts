import { z } from 'zod';
import { signedText } from '#shared/domain/signing.ts';
import { b64u } from '#shared/log/form.ts';
import { credentialId, id, time, touch } from '#shared/domain/primitives.ts';
import { route } from './route.ts';
import {
  actionView,
  consoleRef,
  draft,
  entryView,
  grantView,
  keyView,
  newDetail,
  offer,
  personRef,
  requestView,
  sessionView,
  storyView,
} from './views.ts';

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
    undecided: z.boolean(),
    /** When access would end: fixed by the approval, or for an undecided request now + what was asked. */
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

export const inbox = route({
  method: 'GET',
  path: '/api/inbox',
  summary: 'What needs me: requests I may decide; my own; those decided lately.',
  auth: 'person',
  answer: z.object({
    now: time,
    toDecide: z.array(requestView),
    mine: z.array(requestView),
    lately: z.array(requestView),
  }),
});
export const showRequest = route({
  method: 'GET',
  path: '/api/requests/:request',
  summary: 'One request, to those who asked it, may decide it, or audit.',
  auth: 'person',
  params: z.strictObject({ request: id }),
  answer: z.object({
    now: time,
    request: requestView,
    policyHash: z.string(),
    credential: credentialId,
    /** The ask as the browser signed it, so that the page can check what it draws and the hash it signs. */
    ask: signedText,
  }),
});
export const decide = route({
  method: 'POST',
  path: '/api/requests/:request/decide',
  summary: 'Approve or deny with a touch over the exact terms.',
  auth: 'person',
  roles: ['approver'],
  params: z.strictObject({ request: id }),
  body: z.strictObject({ touch, reason: newDetail.optional() }),
  answer: z.object({ request: requestView }),
  appends: ['request.decided'],
});
export const revoke = route({
  method: 'POST',
  path: '/api/grants/:grant/revoke',
  summary: 'End a grant at once, with a reason.',
  auth: 'person',
  roles: ['approver', 'administrator'],
  params: z.strictObject({ grant: id }),
  body: z.strictObject({ reason: newDetail }),
  answer: z.object({ grant: grantView }),
  appends: ['grant.ended', 'request.expired'],
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
export const listConsoles = route({
  method: 'GET',
  path: '/api/consoles',
  summary: "Consoles and what the reader could ask for now, or why not; the policy's state.",
  auth: 'person',
  answer: z.object({
    now: time,
    consoles: z.array(
      z.object({
        console: consoleRef,
        hosts: z.array(z.string()),
        mode: z.string(),
        record: z.string(),
        unreachable: z.string(),
        offers: z.array(offer),
        whyNot: z.string().optional(),
        running: z.int(),
      }),
    ),
    policy: z.object({
      hash: z.string(),
      loadedAt: time,
      entry: z.int(),
      /** The whole text, to administrators and auditors. */
      text: z.string().optional(),
      /** Problems of the file as it lies there now, when it was refused; the policy above stays in force. */
      problems: z.array(z.object({ line: z.int(), column: z.int(), field: z.string(), message: z.string() })),
    }),
    eligibility: z.array(
      z.object({
        name: z.string(),
        who: z.array(z.string()),
        consoles: z.array(z.string()),
        levels: z.array(z.string()),
        longest: z.int(),
        decides: z.union([z.literal('nobody'), z.array(z.string())]),
      }),
    ),
  }),
});
export const listEntries = route({
  method: 'GET',
  path: '/api/log/entries',
  summary: 'Log entries in words, newest first, for auditors.',
  auth: 'person',
  roles: ['auditor', 'administrator'],
  query: z.object({
    before: z.coerce.number().int().optional(),
    type: z.string().max(40).optional(),
    find: z.string().max(100).optional(),
  }),
  answer: z.object({ now: time, size: z.int(), entries: z.array(entryView), more: z.boolean() }),
});
export const requestRoutes = {
  showActivation,
  activate,
  inbox,
  showRequest,
  decide,
  revoke,
  live,
  listSessions,
  showSession,
  listConsoles,
  listEntries,
};
