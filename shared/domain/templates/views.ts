import { z } from 'zod';
import { id, level } from '#shared/domain/primitives.ts';

/** What the form fills in from a template. */
export const templateView = z.object({
  id,
  name: z.string(),
  level,
  /** Duration in seconds. */
  seconds: z.int().positive(),
  justification: z.string(),
  ticket: z.string(),
});
export type TemplateView = z.infer<typeof templateView>;
