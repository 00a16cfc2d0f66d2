import { z } from 'zod';
import { browserView } from '#shared/domain/browsers/views.ts';
import { consoleRef } from '#shared/domain/consoles/views.ts';
import { erasedView } from '#shared/domain/erasure/views.ts';
import { grantView } from '#shared/domain/grants/views.ts';
import { keyView, personRef } from '#shared/domain/people/views.ts';
import { hash, id, level, mode, time } from '#shared/domain/primitives.ts';
import { decides, lapsedHow } from './entries.ts';
import { detailView } from '#shared/wire/details.ts';

export const requestStatus = z.enum(['waiting', 'approved', 'denied', 'withdrawn', 'expired']);

/** Somebody who may decide a request, and whether they are there. */
export const decider = personRef.extend({ online: z.boolean(), since: time.optional() });

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
