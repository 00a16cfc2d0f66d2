import { z } from 'zod';
import { basis, byPerson, hash, id, terms } from '#shared/domain/primitives.ts';
import { b64u } from '#shared/log/form.ts';

/** What is touched with a hardware key. */
export const statements = {
  /**
   * "Start THIS grant in THIS browser." Where `basis` is `self-approved`, policy named nobody to decide and this touch is the only
   * one; `extends` names the grant that gets more time by it, else it is empty.
   */
  activation: z.strictObject({
    type: z.literal('activation'),
    ...byPerson,
    request: id,
    requestHash: hash,
    browserKey: b64u(32),
    policy: hash,
    terms,
    basis,
    extends: z.union([id, z.literal('')]),
  }),
} as const;
