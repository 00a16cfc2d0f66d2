import { z } from 'zod';
import { head, time } from '#shared/domain/primitives.ts';
import { b64u } from '#shared/log/form.ts';

/** What a page needs besides the record it draws to compose a statement. `person` and `credential` name who is to touch. */
export const draft = z.object({ log: z.string(), nonce: b64u(32), expires: time, head, now: time });

export type Draft = z.infer<typeof draft>;

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
