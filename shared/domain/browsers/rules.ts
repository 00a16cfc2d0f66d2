import { batch as batchSchema } from '#shared/domain/actions/statements.ts';
import type { Names } from './entries.ts';
import type { Rules, Takings } from '#shared/domain/definition.ts';
import { type Facts, mustAdminister, mustBeNew, mustHold, readSigned, row } from '#shared/domain/judging.ts';
import type { SignedText } from '#shared/domain/signing.ts';

export const rules: Rules<Names> = {
  'browser.paired/1'({ body }, _, { state }) {
    mustBeNew(state, 'browser', body.browser);
  },

  'browser.ended/1'({ body }, _, facts) {
    const { state } = facts;
    const { status } = row(state, 'browser', body.browser);
    mustHold(status === 'paired', 'the browser was not paired any more');
    mustHold(
      (body.how === 'suspended') === (body.evidence !== undefined),
      'a browser is suspended by what it signed, and by nothing else',
    );
    if (!body.evidence) {
      mustHold(body.by !== undefined, 'nobody unpaired it');
      row(state, 'person', body.by);
      return;
    }
    mustHold(
      isSecondHistory(body.browser, body.evidence, facts) !== false,
      'the batch that it was suspended for stands well beside the others',
    );
  },

  'browser.released/1'({ body }, _, { state }) {
    mustAdminister(state, body.by);
    mustHold(row(state, 'browser', body.browser).status !== 'released', 'the browser was released before');
  },
};

/**
 * Whether a batch tells a second history: other words under a number that was used, or a next batch that follows
 * something else. Undefined where the batch that it would have to be held against is not there.
 */
export function isSecondHistory(browser: string, evidence: SignedText, facts: Facts): boolean | undefined {
  const { whole } = facts;
  const { value: batch, by } = readSigned(facts, browser, 'batch', evidence, batchSchema);
  if (batch.number === by.number + 1) return batch.previous !== by.chain;
  if (batch.number > by.number) return whole ? false : undefined;
  const index = facts.batchAt(browser, batch.number);
  const held = index === undefined ? undefined : facts.entryAt(index);
  if (held?.type === 'actions.recorded') return held.body.batch.text !== evidence.text;
  return whole ? true : undefined;
}

/** Whose access these take away. */
export const takes: Takings<Names> = {
  'browser.ended/1': ({ body: { browser, how, by } }) => ({
    how,
    ...(by === undefined ? {} : { by }),
    takes: (row) => row.browser === browser,
  }),
  'browser.released/1': ({ body: { browser, by } }) => ({
    how: 'released',
    by,
    takes: (row) => row.browser === browser,
  }),
};
