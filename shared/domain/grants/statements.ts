import { z } from 'zod';
import { consoleId, id, level, time } from '#shared/domain/primitives.ts';
import { b64u } from '#shared/log/form.ts';

/** "I am done." `number` is the browser's last batch, so that a session's end commits how much there is. */
export const end = z.strictObject({
  type: z.literal('end'),
  log: z.string().max(200),
  browser: id,
  grant: id,
  number: z.int().min(-1),
  at: time,
});

/** The server's short-lived word that a grant still stands, signed by the lease key that the log announces. */
export const lease = z.strictObject({
  type: z.literal('lease'),
  log: z.string().max(200),
  browserKey: b64u(32),
  grant: id,
  session: id,
  console: consoleId,
  level,
  /** The nonce that the browser sent with its heartbeat. */
  nonce: b64u(16),
  /** Server time now, when this lease dies without renewal, and when the grant ends whatever happens; in ms. */
  issued: time,
  dies: time,
  until: time,
});

export type Lease = z.infer<typeof lease>;
