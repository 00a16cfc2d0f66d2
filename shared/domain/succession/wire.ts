import { z } from 'zod';
import { personRef } from '#shared/domain/people/views.ts';
import { logOrigin, time, touch } from '#shared/domain/primitives.ts';
import { schemas } from './entries.ts';
import { entryView, successionAnswer } from './views.ts';
import { route } from '#shared/wire/route.ts';

export const about = route({
  method: 'GET',
  path: '/api/about',
  summary: 'What this server is: its log, its key, whether it was set up.',
  auth: 'anybody',
  answer: z.object({
    setUp: z.boolean(),
    /** Log origin, the checkpoint's first line. Empty before set-up. */
    log: z.string(),
    logKey: z.string(),
    genesis: z.string(),
    rpId: z.string(),
    webOrigin: z.string(),
    /** Where the extension's pages live in Chromium, so that "Pair this browser" can open one. */
    extensionOrigins: z.array(z.string()),
    now: time,
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

export const successionQuery = z.strictObject({
  /** Size of the checkpoint that the caller holds. */
  from: z.coerce.number().pipe(z.int().nonnegative()),
  /** The origin that the caller holds. */
  origin: logOrigin,
});

export const succession = route({
  method: 'GET',
  path: '/api/log/succession',
  summary:
    'Proof that the log’s present origin and keys follow from those that the caller holds. For whoever is signed in, and by proof for browsers that are or were paired.',
  auth: 'anybody',
  query: successionQuery,
  answer: successionAnswer,
});

const custody = z.enum(['file', 'environment', 'command']);

export const logHealth = route({
  method: 'GET',
  path: '/api/log/health',
  summary: 'Whether the log can be written; if not, why, and whether a recovery waits for touches.',
  auth: 'person',
  answer: z.object({
    ok: z.boolean(),
    /** What happened and what to do. */
    reason: z.string().optional(),
    recovering: z.boolean(),
    /** Entries that are in the log and that no verifier will accept, each in a sentence. For auditors and administrators. */
    doubts: z.array(z.string()),
  }),
});

export const logKeys = route({
  method: 'GET',
  path: '/api/log/keys',
  summary: 'Which key signs the log, where it is held and since when, and how keys followed one another.',
  auth: 'person',
  roles: ['auditor', 'administrator'],
  answer: z.object({
    logKey: z.string(),
    /** Undefined while it is missing. */
    held: custody.optional(),
    since: time,
    /** The entry that named it. */
    entry: z.int(),
    /** Why the key of leases cannot sign, if it cannot. */
    leaseProblem: z.string().optional(),
    /** Keys that wait on the host to follow those in use. */
    next: z.object({ logKey: z.string(), leaseKey: z.string(), held: custody }).optional(),
    /** Rotations and recoveries, newest first. */
    changes: z.array(entryView),
  }),
});

const terms = schemas['log.recovered/1'].omit({ touches: true });

/** What is about to be touched, and by whom it was. */
export const recoveryView = z.object({
  made: time,
  ...terms.shape,
  touches: z.array(z.object({ by: personRef, at: time })),
});

export type RecoveryView = z.infer<typeof recoveryView>;

export const showRecovery = route({
  method: 'GET',
  path: '/api/recovery',
  summary: 'The recovery that waits for two touches, if one was prepared on the host.',
  auth: 'person',
  roles: ['administrator'],
  answer: z.object({ recovery: recoveryView.nullable() }),
});

export const recover = route({
  method: 'POST',
  path: '/api/recovery',
  summary: 'Touch the recovery. With the second administrator’s touch the log goes on under its new origin.',
  auth: 'person',
  roles: ['administrator'],
  body: z.strictObject({ touch }),
  answer: z.object({ done: z.boolean() }),
  appends: ['log.recovered'],
});

export const routes = { about, listEntries, succession, logHealth, logKeys, showRecovery, recover };
