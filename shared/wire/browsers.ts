import { z } from 'zod';
import { signedList, signedText } from '#shared/domain/signing.ts';
import { b64u } from '#shared/log/form.ts';
import { hash, id, shortCode, time, touch } from '#shared/domain/primitives.ts';
import { route } from './route.ts';
import { successionAnswer, successionQuery } from './succession.ts';
import { browserView, grantView, newDetail, offer, ok, personRef, requestView } from './views.ts';

const none = z.strictObject({});
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
  body: none,
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
  body: none,
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
export const offers = route({
  method: 'GET',
  path: '/api/browser/consoles/:console/offers',
  summary: 'What the form of this console may offer now.',
  auth: 'browser',
  params: z.strictObject({ console: z.string().max(63) }),
  answer: z.object({
    offers: z.array(offer),
    whyNot: z.string().optional(),
    recorded: z.string(),
    open: requestView.optional(),
  }),
});
export const askRequest = route({
  method: 'POST',
  path: '/api/browser/requests',
  summary: 'Ask for access: the ask is signed by the browser key, free text comes beside it.',
  auth: 'browser',
  body: z.strictObject({
    ask: signedText,
    justification: newDetail,
    ticket: newDetail.optional(),
    address: newDetail.optional(),
  }),
  answer: z.object({ request: requestView }),
  appends: ['request.asked'],
});
export const withdraw = route({
  method: 'POST',
  path: '/api/browser/requests/:request/withdraw',
  summary: 'Withdraw an open request.',
  auth: 'browser',
  params: z.strictObject({ request: id }),
  body: z.strictObject({ withdrawal: signedText }),
  answer: z.object({ request: requestView }),
  appends: ['request.withdrawn'],
});
/** The activation window's address; it opens without a sign-in and once. */
export const openActivation = route({
  method: 'POST',
  path: '/api/browser/requests/:request/activation',
  summary: 'A one-time address of the activation window for an approved (or undecided) request.',
  auth: 'browser',
  params: z.strictObject({ request: id }),
  body: none,
  answer: z.object({ url: z.string(), expires: time }),
});
/** Heartbeat: a lease for each running grant of this browser that still stands. Those missing have ended. */
export const renewLeases = route({
  method: 'POST',
  path: '/api/browser/leases',
  summary:
    'Renew leases; also the heartbeat. `shut` names ended grants whose consoles this browser has shut.',
  auth: 'browser',
  body: z.strictObject({
    nonce: b64u(16),
    shut: z.array(id).max(50),
    /** Ids of consoles whose rules the browser refused: they stay shut there, by leaving their pages. */
    ungated: z.array(z.string().max(63)).max(50).optional(),
  }),
  answer: z.object({
    now: time,
    leases: z.array(signedText),
    consoles: z.int(),
    /** The newest signed checkpoint. */
    checkpoint: z.string(),
  }),
});
/** Extension: before it believes a newer checkpoint it asks for the proof that it extends the one it holds. */
export const witness = route({
  method: 'POST',
  path: '/api/browser/witness',
  summary: 'The newest checkpoint, with the proof that it extends the one over `from` entries.',
  auth: 'browser',
  body: z.strictObject({ from: z.int().nonnegative() }),
  answer: z.object({
    checkpoint: z.string(),
    /** Hashes in base64; empty when `from` is 0 or beyond what the log has. */
    consistency: z.array(z.string()),
  }),
});
/** Extension: the line by which this browser cosigns the newest checkpoint (C2SP tlog-cosignature). */
export const cosignCheckpoint = route({
  method: 'POST',
  path: '/api/browser/cosignatures',
  summary: 'Cosign the newest checkpoint, at most once a minute.',
  auth: 'browser',
  body: z.strictObject({ checkpoint: z.string().max(8192), line: z.string().max(1024) }),
  /** `stale`: there is a newer checkpoint by now, or this browser cosigned a moment ago. */
  answer: z.object({ taken: z.boolean() }),
});
/** Extension: two checkpoints signed by this log of which neither extends the other. */
export const reportFork = route({
  method: 'POST',
  path: '/api/browser/forks',
  summary: 'Hand in the proof that this log showed two histories.',
  auth: 'browser',
  body: z.strictObject({ held: z.string().max(8192), shown: z.string().max(8192) }),
  answer: ok,
});
export const endGrant = route({
  method: 'POST',
  path: '/api/browser/grants/:grant/end',
  summary: 'Hand a grant back; `end` commits the number of the last batch.',
  auth: 'browser',
  params: z.strictObject({ grant: id }),
  body: z.strictObject({ end: signedText }),
  answer: z.object({ grant: grantView }),
  appends: ['grant.ended', 'request.expired'],
});
/** Batch of actions with the details behind its commitments, in the same order. The answer is the receipt. */
export const recordActions = route({
  method: 'POST',
  path: '/api/browser/actions',
  summary: 'Deliver the next batch; answers with proofs that it is in the log.',
  auth: 'browser',
  body: z.strictObject({
    batch: signedText,
    details: z.array(newDetail).max(100),
    from: z.int().nonnegative(),
  }),
  answer: z.object({
    number: z.int(),
    index: z.int(),
    /** The entry's exact bytes, base64, so that its leaf hash can be computed and its content compared. */
    entry: z.string(),
    checkpoint: z.string(),
    /** Hashes in base64, as in checkpoints. */
    inclusion: z.array(z.string()),
    /** Consistency from the size named by `from` (empty when that is 0). */
    consistency: z.array(z.string()),
  }),
  appends: ['actions.recorded', 'browser.ended', 'request.expired', 'grant.ended'],
});
export const browserRoutes = {
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
  offers,
  askRequest,
  withdraw,
  openActivation,
  renewLeases,
  witness,
  cosignCheckpoint,
  reportFork,
  endGrant,
  recordActions,
};
