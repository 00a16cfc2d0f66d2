import { z } from 'zod';
import { enrolledKey, registration } from '#shared/domain/people/entries.ts';
import { handle, head, id, logOrigin, touch, vkey } from '#shared/domain/primitives.ts';
import { b64u } from '#shared/log/form.ts';

/** The entries of this family, by type and version. */
export const schemas = {
  /** Entry 0. Written when the first administrator enrols; its leaf hash is what `--genesis` pins. */
  'genesis/1': z.strictObject({
    format: z.literal('countersign/1'),
    origin: z.string(),
    logKey: z.string(),
    leaseKey: b64u(32),
    rpId: z.string(),
    webOrigin: z.string(),
    extensionOrigins: z.array(z.string()),
    administrator: z.strictObject({ person: id, handle, key: enrolledKey, registration, touch }),
  }),
  /**
   * The log goes on under a new origin and new keys, after its newest entries, its lock or its key were lost. The first
   * entry under that origin; what it restores is its prefix. `lost.note` is the signed checkpoint over what is given up,
   * empty where none is known. Every grant and pairing ends with it.
   */
  'log.recovered/1': z.strictObject({
    origin: logOrigin,
    lost: head.extend({ note: z.string().max(8192) }),
    restored: head,
    logKey: vkey,
    leaseKey: b64u(32),
    touches: z.array(z.strictObject({ by: id, touch })).length(2),
  }),
  /**
   * The log key and the lease key change, by an act that another administrator confirmed. `endorsement` is the signature
   * of the key before over what `endorsed` in `verify/rotation.ts` says.
   */
  'log.key-rotated/1': z.strictObject({
    act: id,
    by: id,
    touch,
    logKey: vkey,
    leaseKey: b64u(32),
    endorsement: b64u(64),
  }),
} as const;
export type Names = keyof typeof schemas;

/** Rows of folded state, by kind. Times in ms. */
export interface SuccessionRows {
  /** One row, id "log". */
  log: {
    origin: string;
    logKey: string;
    leaseKey: string;
    rpId: string;
    webOrigin: string;
    extensionOrigins: string[];
    /** The entry that named the log key, and when. */
    entry: number;
    since: number;
    /** Origin and key until that entry: a lock that was not written since is still signed by it. */
    before?: { origin: string; logKey: string; leaseKey: string };
  };
}
