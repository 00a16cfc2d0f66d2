import { z } from 'zod';
import { personRef } from '#shared/domain/people/views.ts';
import { id, time } from '#shared/domain/primitives.ts';
import { ok } from '#shared/wire/common.ts';
import { route } from '#shared/wire/route.ts';

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

/** Who has checked that the log only grows, and how far. Times in ms. */
export const listWitnesses = route({
  method: 'GET',
  path: '/api/witnesses',
  summary: 'How far the log is witnessed: by browsers, and by witnesses and anchors outside.',
  auth: 'person',
  answer: z.object({
    now: time,
    /** Entries under the newest signed checkpoint. */
    size: z.int(),
    browsers: z.array(
      z.object({
        browser: id,
        label: z.string(),
        person: personRef,
        size: z.int(),
        time,
        paired: z.boolean(),
      }),
    ),
    outside: z.array(
      z.object({
        name: z.string(),
        kind: z.enum(['witness', 'git', 'folder']),
        /** Entries that it has or has cosigned; 0 before the first time. */
        size: z.int(),
        time: time.optional(),
        /** Why the last try failed, with the next step. */
        trouble: z.string().optional(),
        /** It has seen another history, or a longer one, than this server holds. */
        alarm: z.boolean(),
      }),
    ),
    forks: z.array(
      z.object({
        id: z.int(),
        browser: id,
        label: z.string(),
        person: personRef,
        time,
        held: z.string(),
        shown: z.string(),
      }),
    ),
  }),
});

export type WitnessesView = z.infer<(typeof listWitnesses)['answer']>;

export const routes = { witness, cosignCheckpoint, reportFork, listWitnesses };
