import { z } from 'zod';
import { id, time } from '#shared/domain/primitives.ts';

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
