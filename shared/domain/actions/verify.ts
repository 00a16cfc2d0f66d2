import type { Names } from './entries.ts';
import { batch as batchSchema } from './statements.ts';
import type { Checks, TouchesOf } from '#shared/domain/definition.ts';
import type { Entry } from '#shared/domain/entries.ts';
import { noTouches } from '#shared/domain/touches.ts';
import type { Context } from '#shared/verify/context.ts';
import { signedByBrowser } from '#shared/verify/signed.ts';

export const touches: TouchesOf<Names> = {
  'actions.recorded/1': noTouches,
};

export const checks: Checks<Names> = {
  'actions.recorded/1'({ body }, index, context) {
    const { tally, batches } = context;
    signedByBrowser(context, body.browser, 'batch', body.batch);
    const count = body.violations.length;
    if (count > 0) tally.violations.push({ entry: index, count });
    const places = batches.get(body.browser) ?? [];
    places[body.number] = index;
    batches.set(body.browser, places);
    tally.batches++;
  },
};

/**
 * In a part of a log, batches before this one may not be disclosed: how it follows them is taken as given, and counted.
 */
export function bridgeGap(entry: Entry, index: number, { state, tally, whole }: Context): void {
  if (whole || entry.type !== 'actions.recorded') return;
  const by = state.get('browser', entry.body.browser);
  const read = batchSchema.safeParse(JSON.parse(entry.body.batch.text));
  const missing = read.success && by ? read.data.number - by.number - 1 : 0;
  if (!by || !read.success || missing <= 0) return;
  tally.gaps.push({ entry: index, browser: by.id, missing });
  state.put('browser', by.id, { ...by, number: read.data.number - 1, chain: read.data.previous });
}
