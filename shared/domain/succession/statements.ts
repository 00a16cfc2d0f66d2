import { z } from 'zod';
import { byPerson, head, id, logOrigin, vkey } from '#shared/domain/primitives.ts';
import { signedBytes } from '#shared/domain/signing.ts';
import { canonical } from '#shared/log/canonical.ts';
import { b64u } from '#shared/log/form.ts';

/** What the key before signs for its successor: "countersign/rotation/v1\n" ‖ canonical JSON of this. */
export function endorsed(of: {
  log: string;
  old: string;
  new: string;
  leaseKey: string;
  act: string;
}): Uint8Array<ArrayBuffer> {
  const { log, old, new: next, leaseKey, act } = of;
  return signedBytes('rotation', canonical({ log, old, new: next, leaseKey, act }));
}

/** What is touched with a hardware key. */
export const statements = {
  /**
   * "The log goes on from `restored` under a new origin and key, and what was signed after it up to `lost` is given up."
   * Two administrators touch the same words.
   */
  recovery: z.strictObject({
    type: z.literal('recovery'),
    ...byPerson,
    origin: logOrigin,
    lost: head,
    restored: head,
    logKey: vkey,
    leaseKey: b64u(32),
  }),
  /** "From here on this key signs the log." Signed likewise by two. */
  rotation: z.strictObject({
    type: z.literal('rotation'),
    ...byPerson,
    act: id,
    logKey: vkey,
    leaseKey: b64u(32),
  }),
} as const;
