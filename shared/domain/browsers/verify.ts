import type { Names } from './entries.ts';
import { isSecondHistory } from './rules.ts';
import type { Checks, TouchesOf } from '#shared/domain/definition.ts';
import { must } from '#shared/domain/state.ts';
import { expected, noTouches } from '#shared/domain/touches.ts';
import { signedByBrowser } from '#shared/verify/signed.ts';

export const touches: TouchesOf<Names> = {
  'browser.paired/1'({ body }) {
    const { person: actor, publicKey: browserKey, code, label, touch } = body;
    return [expected('pairing', touch, { actor, browserKey, code, label })];
  },
  'browser.ended/1': noTouches,
  'browser.released/1'({ body }, state) {
    const { by: actor, browser, touch } = body;
    const { publicKey: browserKey } = must(state, 'browser', browser);
    return [expected('release', touch, { actor, browser, browserKey })];
  },
};

export const checks: Checks<Names> = {
  'browser.ended/1'({ body }, index, context) {
    const { tally } = context;
    if (!body.evidence) {
      tally.unsignedEnds.push(index);
      return;
    }
    signedByBrowser(context, body.browser, 'batch', body.evidence);
    if (isSecondHistory(body.browser, body.evidence, context) === undefined)
      tally.suspendedUnseen.push(index);
    tally.suspensions.push(index);
  },
};
