import { z } from 'zod';
import { consoleId } from '#shared/domain/primitives.ts';

export const consoleInfo = z.strictObject({
  id: consoleId,
  name: z.string().min(1).max(80),
  hosts: z.array(z.string()).min(1),
  start: z.string().max(2000),
  mode: z.enum(['closed', 'read-only', 'watch']),
  pack: z.string().max(40),
  reads: z.array(z.string()),
  /** Hosts of other sites, and all below them, whose pages may send what changes something. */
  alsoFrom: z.array(z.string()).default([]),
  record: z.enum(['actions', 'requests', 'times']),
  unreachable: z.enum(['close', 'keep']),
});

export type ConsoleInfo = z.infer<typeof consoleInfo>;

/** The console list, signed by the lease key and numbered by the log index of the policy it comes from. */
export const consoleList = z.strictObject({
  type: z.literal('consoles'),
  log: z.string().max(200),
  number: z.int().nonnegative(),
  consoles: z.array(consoleInfo),
});

export type ConsoleList = z.infer<typeof consoleList>;
