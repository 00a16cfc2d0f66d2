import { z } from 'zod';
import { byPerson, id, shortCode } from '#shared/domain/primitives.ts';
import { b64u } from '#shared/log/form.ts';

/** What is touched with a hardware key. */
export const statements = {
  /** "This browser's key is mine." `code` is what both screens showed. */
  pairing: z.strictObject({
    type: z.literal('pairing'),
    ...byPerson,
    browserKey: b64u(32),
    code: shortCode,
    label: z.string().min(1).max(80),
  }),
  /** "This browser is free of this server": what the server shut there opens, and it may pair with another. */
  release: z.strictObject({
    type: z.literal('release'),
    ...byPerson,
    browser: id,
    browserKey: b64u(32),
  }),
} as const;
