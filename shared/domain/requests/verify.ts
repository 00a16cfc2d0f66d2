import type { Checks, TouchesOf } from '#shared/domain/definition.ts';
import { row } from '#shared/domain/judging.ts';
import type { Names } from './entries.ts';
import { must } from '#shared/domain/state.ts';
import { anything, expected, noTouches } from '#shared/domain/touches.ts';
import { signedByBrowser } from '#shared/verify/signed.ts';

export const touches: TouchesOf<Names> = {
  'request.asked/1': noTouches,
  'request.withdrawn/1': noTouches,
  'request.expired/1': noTouches,
  'request.decided/1'({ body }, state) {
    const { request, decision, policy, touch, approver, reason = '', terms = anything } = body;
    const { hash: requestHash, person: requester } = must(state, 'request', request);
    return [
      expected('decision', touch, {
        actor: approver.id,
        request,
        requestHash,
        requester,
        policy,
        decision,
        terms,
        reason,
      }),
    ];
  },
};

export const checks: Checks<Names> = {
  'request.asked/1'({ body }, _, context) {
    const { browser } = JSON.parse(body.ask.text) as { browser: string };
    signedByBrowser(context, browser, 'ask', body.ask);
    context.tally.browserSigned++;
    context.tally.asked++;
  },

  'request.withdrawn/1'({ body }, _, context) {
    const { browser } = row(context.state, 'request', body.request);
    signedByBrowser(context, browser, 'withdrawal', body.withdrawal);
    context.tally.browserSigned++;
  },

  'request.decided/1'(_, __, { tally }) {
    tally.decided++;
  },
};
