import type { Checks, TouchesOf } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';
import { must } from '#shared/domain/state.ts';
import { expected } from '#shared/domain/touches.ts';

export const touches: TouchesOf<Names> = {
  'session.started/1'({ body }, state) {
    const { request, terms, basis, touch } = body;
    const asked = must(state, 'request', request);
    const { publicKey: browserKey } = must(state, 'browser', asked.browser);
    const { hash: policy } = must(state, 'policy', 'current');
    return [
      expected('activation', touch, {
        actor: asked.person,
        request,
        requestHash: asked.hash,
        browserKey,
        policy,
        terms,
        basis,
        extends: asked.extends,
      }),
    ];
  },
};

export const checks: Checks<Names> = {
  'session.started/1'({ body }, _, { tally }) {
    if (body.basis === 'self-approved') tally.selfApproved++;
  },
};
