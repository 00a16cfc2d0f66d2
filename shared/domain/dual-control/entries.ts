import { z } from 'zod';
import { commitment, erasedEntries, id, time, touch, vkey } from '#shared/domain/primitives.ts';
import { b64u } from '#shared/log/form.ts';

/**
 * What takes two administrators. One proposes it with a touch over exactly this, another one's touch over the same does
 * it. `entries` are those whose details go; ascending.
 */
export const act = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('erasure'), entries: erasedEntries, reason: commitment }),
  z.strictObject({ type: z.literal('rotation'), logKey: vkey, leaseKey: b64u(32) }),
]);

export type Act = z.infer<typeof act>;

/** The entries of this family, by type and version. */
export const schemas = {
  'act.proposed/1': z.strictObject({ act: id, what: act, by: id, expires: time, touch }),
  'act.withdrawn/1': z.strictObject({ act: id, by: id }),
} as const;
export type Names = keyof typeof schemas;

/** Rows of folded state, by kind. Times in ms. */
export interface DualControlRows {
  act: {
    id: string;
    what: Act;
    by: string;
    proposed: number;
    expires: number;
    status: 'proposed' | 'withdrawn' | 'done';
    confirmedBy?: string;
    entries: number[];
  };
}
