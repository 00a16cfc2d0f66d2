import type { Checks, TouchesOf } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';
import { end as endSchema } from './statements.ts';
import { row } from '#shared/domain/judging.ts';
import { noTouches } from '#shared/domain/touches.ts';
import { signedByBrowser } from '#shared/verify/signed.ts';

export const touches: TouchesOf<Names> = {
  'grant.ended/1': noTouches,
  'grant.shortened/1': noTouches,
};

export const checks: Checks<Names> = {
  'grant.ended/1'({ body }, index, context) {
    const { tally, state } = context;
    if (body.how === 'revoked') tally.unsignedEnds.push(index);
    if (!body.end) return;
    const { browser } = row(state, 'grant', body.grant);
    signedByBrowser(context, browser, 'end', body.end);
    const { number } = endSchema.parse(JSON.parse(body.end.text));
    tally.browserSigned++;
    tally.ends.push({ entry: index, browser, number });
  },
};
