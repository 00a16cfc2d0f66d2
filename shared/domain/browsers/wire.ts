import { z } from 'zod';
import { browserView } from './views.ts';
import { grantView } from '#shared/domain/grants/views.ts';
import { personRef } from '#shared/domain/people/views.ts';
import { hash, id, shortCode, time, touch } from '#shared/domain/primitives.ts';
import { requestView } from '#shared/domain/requests/views.ts';
import { signedList } from '#shared/domain/signing.ts';
import { successionAnswer } from '#shared/domain/succession/views.ts';
import { successionQuery } from '#shared/domain/succession/wire.ts';
import { b64u } from '#shared/log/form.ts';
import { ok } from '#shared/wire/common.ts';
import { route } from '#shared/wire/route.ts';

const pairingState = z.object({
  state: z.enum(['waiting', 'claimed', 'paired', 'gone']),
  /** Present once a browser has claimed it: what the person compares and signs. */
  browserKey: b64u(32).optional(),
  code: shortCode.optional(),
  label: z.string().optional(),
  expires: time,
});

/** Companion: open a pairing; its ticket goes to the extension's pair page in the address's fragment. */
export const openPairing = route({
  method: 'POST',
  path: '/api/pairings',
  summary: 'Open a pairing for five minutes.',
  auth: 'person',
  body: z.strictObject({}),
  answer: z.object({ ticket: b64u(32), expires: time, hosts: z.array(z.string()) }),
});

export const pairing = route({
  method: 'POST',
  path: '/api/pairings/state',
  summary: 'How far a pairing is.',
  auth: 'person',
  body: z.strictObject({ ticket: b64u(32) }),
  answer: pairingState,
});

/** Extension: claim the pairing with the browser's new key; `signature` is over prefix claim ‖ ticket ‖ label, canonical {ticket,label,publicKey}. */
export const claimPairing = route({
  method: 'POST',
  path: '/api/pairings/claim',
  summary: 'A browser shows its key and label for a pairing.',
  auth: 'anybody',
  body: z.strictObject({
    ticket: b64u(32),
    publicKey: b64u(32),
    label: z.string().trim().min(1).max(80),
    signature: b64u(64),
  }),
  answer: z.object({ code: shortCode, browser: id }),
});

export const confirmPairing = route({
  method: 'POST',
  path: '/api/pairings/confirm',
  summary: 'The person signs that this browser is theirs.',
  auth: 'person',
  body: z.strictObject({ ticket: b64u(32), touch }),
  answer: z.object({ browser: browserView }),
  appends: ['browser.paired'],
});

export const unpair = route({
  method: 'POST',
  path: '/api/browsers/:browser/unpair',
  summary: 'End the pairing of a browser: its grants end at once. Its owner or an administrator.',
  auth: 'person',
  params: z.strictObject({ browser: id }),
  body: z.strictObject({}),
  answer: ok,
  appends: ['browser.ended', 'request.expired', 'grant.ended'],
});

export const listBrowsers = route({
  method: 'GET',
  path: '/api/people/:person/browsers',
  summary: 'Every browser that a person ever paired, newest first.',
  auth: 'person',
  roles: ['administrator'],
  params: z.strictObject({ person: id }),
  answer: z.object({ browsers: z.array(browserView.extend({ browserKey: b64u(32) })) }),
});

export const releaseBrowser = route({
  method: 'POST',
  path: '/api/browsers/:browser/release',
  summary:
    'Let a browser go: its pairing and grants end, and it may open what this server shut there. By an administrator’s touch.',
  auth: 'person',
  roles: ['administrator'],
  params: z.strictObject({ browser: id }),
  body: z.strictObject({ touch }),
  answer: z.object({ browser: browserView }),
  appends: ['browser.released', 'request.expired', 'grant.ended'],
});

/** Extension: asked of a server that it left, or that ended its pairing. */
export const release = route({
  method: 'GET',
  path: '/api/browser/release',
  summary:
    'Proof that an administrator released the browser that asks, as `/api/log/succession` proves keys; 404 where nobody did. By proof, for browsers that were paired.',
  auth: 'anybody',
  query: successionQuery,
  answer: successionAnswer,
});

/** Extension: a nonce for proofs; also sent as `Countersign-Nonce` with every answer to a browser. */
export const nonce = route({
  method: 'GET',
  path: '/api/browser/nonce',
  summary: 'The nonce for proofs by browser keys.',
  auth: 'anybody',
  answer: z.object({ nonce: z.string(), now: time }),
});

/** Extension: everything it must know, in one answer. */
export const browserState = route({
  method: 'GET',
  path: '/api/browser/state',
  summary: 'Requests, grants and the signed console list of this browser.',
  auth: 'browser',
  answer: z.object({
    now: time,
    person: personRef,
    log: z.object({ origin: z.string(), logKey: z.string(), leaseKey: b64u(32), genesis: hash }),
    /** Number and hash of the last batch the log holds of this browser. */
    chain: z.object({ number: z.int(), hash: z.string() }),
    consoles: signedList,
    /** The newest signed checkpoint. */
    checkpoint: z.string(),
    /** Open requests and those decided, withdrawn or expired in the last hour, newest first. */
    requests: z.array(requestView),
    /** Grants approved or running, and those ended in the last hour. */
    grants: z.array(grantView),
  }),
});

export const routes = {
  openPairing,
  pairing,
  claimPairing,
  confirmPairing,
  unpair,
  listBrowsers,
  releaseBrowser,
  release,
  nonce,
  browserState,
};
