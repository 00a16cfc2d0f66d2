import { z } from 'zod';
import { actionDetail, actionKind } from '#shared/domain/actions/statements.ts';
import { storyFacts, storyStep, storyText } from '#shared/domain/sessions/story.ts';
import { decides, lapsedHow } from '#shared/domain/requests/entries.ts';
import { endedHow } from '#shared/domain/grants/entries.ts';
import { b64u } from '#shared/log/form.ts';
import {
  consoleId,
  credentialId,
  handle,
  hash,
  head,
  id,
  level,
  mode,
  role,
  time,
} from '#shared/domain/primitives.ts';

/** What the server shows of its state. Times are server time in ms; detail is null once erased. */

/** Free text or personal detail with the salt of its commitment, so that the reader can check the text it draws. */
export const detailView = z.object({ salt: b64u(32), text: z.string(), commitment: hash });
export type DetailView = z.infer<typeof detailView>;
/** A detail as its writer sends it. */
export const newDetail = z.strictObject({ salt: b64u(32), text: z.string().min(1).max(12_000) });
export type NewDetail = z.infer<typeof newDetail>;

export const personRef = z.object({ id, handle });

/** When details were erased, by which entry, and by whom; nobody in `by` where policy's retention did it. */
export const erasedView = z.object({ at: time, entry: z.int(), by: z.array(personRef) });
export type ErasedView = z.infer<typeof erasedView>;

/** What a page needs besides the record it draws to compose a statement. `person` and `credential` name who is to touch. */
export const draft = z.object({ log: z.string(), nonce: b64u(32), expires: time, head, now: time });
export type Draft = z.infer<typeof draft>;

export const personView = personRef.extend({
  roles: z.array(role),
  status: z.enum(['invited', 'active', 'disabled']),
  since: time,
  /** Connected to the companion now, or when last seen. */
  online: z.boolean(),
  lastSeen: time.optional(),
  keys: z.int(),
  browsers: z.int(),
  /** When their keys were reset by the command on the server's own host. */
  resetByHost: time.optional(),
  /** When one of their keys last reported a use counter that only a copy of it can have. */
  keyCopied: time.optional(),
});
export type PersonView = z.infer<typeof personView>;

export const keyView = z.object({
  id: credentialId,
  label: z.string(),
  kind: z.enum(['attested', 'unattested', 'synced']),
  aaguid: z.string(),
  transports: z.array(z.string()),
  added: time,
  removed: time.optional(),
  entry: z.int(),
  /** To its owner: when it last reported a use counter that only a copy of it can have. */
  copied: time.optional(),
});
export type KeyView = z.infer<typeof keyView>;

export const browserView = z.object({
  id,
  label: z.string(),
  paired: time,
  status: z.enum(['paired', 'suspended', 'unpaired', 'released']),
  /** Last heartbeat or call. */
  lastSeen: time.optional(),
  /** Its extension is too old for this server: everything it asks for is refused. */
  outdated: z.boolean().optional(),
  /** Names of consoles that it cannot gate by its rules, so that they stay shut there; absent until it has said so. */
  ungated: z.array(z.string()).optional(),
});
export type BrowserView = z.infer<typeof browserView>;

export const consoleRef = z.object({ id: consoleId, name: z.string() });

/** A level that policy lets a person ask for now. `durations` in seconds, ascending. */
export const offer = z.object({
  level,
  durations: z.array(z.int().positive()).min(1),
  decides,
  eligibility: z.string(),
});
export type Offer = z.infer<typeof offer>;

export const requestStatus = z.enum(['waiting', 'approved', 'denied', 'withdrawn', 'expired']);
export const grantStatus = z.enum(['approved', 'running', 'ended']);

/** Somebody who may decide a request, and whether they are there. */
export const decider = personRef.extend({ online: z.boolean(), since: time.optional() });

export const grantView = z.object({
  id,
  request: id,
  console: consoleRef,
  level,
  made: time,
  until: time,
  undecided: z.boolean(),
  status: grantStatus,
  session: id.optional(),
  endedHow: endedHow.optional(),
  endedAt: time.optional(),
  endedBy: personRef.optional(),
  reason: detailView.nullable().optional(),
  /** True when it ended within the hour and the browser has not said that the console is shut. */
  unacknowledged: z.boolean(),
});
export type GrantView = z.infer<typeof grantView>;

export const requestView = z.object({
  id,
  hash,
  person: personRef,
  console: consoleRef,
  mode,
  level,
  seconds: z.int(),
  justification: detailView.nullable(),
  /** Where the texts of the ask were erased. */
  erased: erasedView.optional(),
  ticket: detailView.nullable(),
  address: detailView.nullable(),
  /** The grant that should get more time, or empty. */
  extends: z.string(),
  asked: time,
  expires: time,
  policy: hash,
  eligibility: z.string(),
  decides,
  status: requestStatus,
  /** Where the time it is given counts from: now, or for more time the end of the running grant. */
  from: time,
  /** The latest end it could be given now: `from` and what was asked, never past the console's maximum from now. */
  latest: time,
  /** Whether whoever decides may lower it from `change` to `view`. */
  mayLower: z.boolean(),
  deciders: z.array(decider),
  /** Where it expired for another reason than that nobody decided in time: why, when, and by whom if by somebody. */
  lapsedHow: lapsedHow.optional(),
  lapsedAt: time.optional(),
  lapsedBy: personRef.optional(),
  decidedBy: personRef.optional(),
  decidedAt: time.optional(),
  /** The key that signed the decision. */
  decidedWith: keyView.optional(),
  reason: detailView.nullable().optional(),
  grant: grantView.optional(),
  browser: browserView,
  /** What is recorded, in one sentence. */
  recorded: z.string(),
  /** Whether the one who reads may decide it now; if not, why. */
  mayDecide: z.boolean(),
  whyNot: z.string().optional(),
});
export type RequestView = z.infer<typeof requestView>;

export const actionView = z.object({
  entry: z.int(),
  n: z.int(),
  id,
  at: time,
  kind: actionKind,
  console: consoleRef,
  session: z.string(),
  trusted: z.boolean(),
  violation: z.boolean(),
  person: personRef,
  /** Null once erased. */
  detail: actionDetail.nullable(),
  erased: erasedView.optional(),
  /** Salt and commitment of `detail`, whose text is its canonical JSON, so that a page can check what it draws. */
  committed: z.object({ salt: b64u(32), commitment: hash }).nullable(),
});
export type ActionView = z.infer<typeof actionView>;

export const sessionView = z.object({
  id,
  grant: grantView,
  request: id,
  person: personRef,
  browser: browserView,
  console: consoleRef,
  level,
  started: time,
  ended: time.optional(),
  actions: z.int(),
  violations: z.int(),
  lastAction: time.optional(),
  /** Last heartbeat of the browser that uses it. */
  lastHeard: time.optional(),
});
export type SessionView = z.infer<typeof sessionView>;

/** The story of a session as the log tells it, with the texts that its entries commit to; null where one is not there. */
export const storyView = z.object({
  /** As of how many entries it is told: those that came later may go on with it. */
  size: z.int(),
  facts: storyFacts,
  steps: z.array(storyStep.extend({ texts: z.array(storyText.extend({ detail: detailView.nullable() })) })),
});
export type StoryView = z.infer<typeof storyView>;

export const entryView = z.object({
  index: z.int(),
  at: time,
  type: z.string(),
  who: z.string(),
  /** In one sentence, without detail. */
  words: z.string(),
  leafHash: hash,
});
export type EntryView = z.infer<typeof entryView>;

export const ok = z.object({ ok: z.literal(true) });
export const refusalView = z.object({
  error: z.object({ code: z.string(), message: z.string(), field: z.string().optional() }),
});

/**
 * A nudge over a WebSocket: which things changed (`PageTopic`, `BrowserTopic` in `stream.ts`). The receiver fetches
 * them itself; a nudge carries no state.
 */
export const nudge = z.object({ topics: z.array(z.string()) });
export type Nudge = z.infer<typeof nudge>;
