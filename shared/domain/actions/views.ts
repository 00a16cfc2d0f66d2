import { z } from 'zod';
import { actionDetail, actionKind } from './statements.ts';
import { consoleRef } from '#shared/domain/consoles/views.ts';
import { erasedView } from '#shared/domain/erasure/views.ts';
import { personRef } from '#shared/domain/people/views.ts';
import { hash, id, time } from '#shared/domain/primitives.ts';
import { b64u } from '#shared/log/form.ts';

export const actionView = z.object({
  entry: z.int(),
  n: z.int(),
  id,
  at: time,
  kind: actionKind,
  console: consoleRef,
  session: z.string(),
  trusted: z.boolean(),
  violation: z.boolean(),
  person: personRef,
  /** Null once erased. */
  detail: actionDetail.nullable(),
  erased: erasedView.optional(),
  /** Salt and commitment of `detail`, whose text is its canonical JSON, so that a page can check what it draws. */
  committed: z.object({ salt: b64u(32), commitment: hash }).nullable(),
});

export type ActionView = z.infer<typeof actionView>;
