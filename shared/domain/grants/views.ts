import { z } from 'zod';
import { consoleRef } from '#shared/domain/consoles/views.ts';
import { endedHow } from './entries.ts';
import { personRef } from '#shared/domain/people/views.ts';
import { basis, id, level, time } from '#shared/domain/primitives.ts';
import { detailView } from '#shared/wire/details.ts';

export const grantStatus = z.enum(['approved', 'running', 'ended']);

export const grantView = z.object({
  id,
  request: id,
  console: consoleRef,
  level,
  made: time,
  until: time,
  basis,
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
