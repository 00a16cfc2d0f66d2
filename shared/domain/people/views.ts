import { z } from 'zod';
import { credentialId, handle, id, role, time } from '#shared/domain/primitives.ts';

export const personRef = z.object({ id, handle });

export const personView = personRef.extend({
  roles: z.array(role),
  status: z.enum(['invited', 'active', 'disabled']),
  since: time,
  /** Connected to the companion now, or when last seen. */
  online: z.boolean(),
  lastSeen: time.optional(),
  keys: z.int(),
  browsers: z.int(),
  /** When their keys were reset by the command on the server's own host. */
  resetByHost: time.optional(),
  /** When one of their keys last reported a use counter that only a copy of it can have. */
  keyCopied: time.optional(),
});

export type PersonView = z.infer<typeof personView>;

export const keyView = z.object({
  id: credentialId,
  label: z.string(),
  kind: z.enum(['attested', 'unattested', 'synced']),
  aaguid: z.string(),
  transports: z.array(z.string()),
  added: time,
  removed: time.optional(),
  entry: z.int(),
  /** To its owner: when it last reported a use counter that only a copy of it can have. */
  copied: time.optional(),
});

export type KeyView = z.infer<typeof keyView>;

/** A stay in the companion, as its person sees it. */
export const signInView = z.object({
  id,
  /** The one that asks. */
  current: z.boolean(),
  /** Such as "Firefox on Linux", by what the browser said of itself. */
  agent: z.string(),
  /** Of IPv6 its network. */
  address: z.string(),
  /** The key that it was made with. */
  credential: credentialId,
  created: time,
  /** To the minute. */
  lastSeen: time,
  expires: time,
});

export type SignInView = z.infer<typeof signInView>;
