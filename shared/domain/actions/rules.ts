import type { Names } from './entries.ts';
import { type Batch, batch as batchSchema } from './statements.ts';
import { violations } from './violations.ts';
import type { Rules } from '#shared/domain/definition.ts';
import { type Facts, mustHold, readSigned, row, same } from '#shared/domain/judging.ts';
import { consoleOf } from '#shared/policy/evaluate.ts';

export const rules: Rules<Names> = {
  'actions.recorded/1'({ body }, _, facts) {
    const { value: batch, by } = readSigned(facts, body.browser, 'batch', body.batch, batchSchema);
    mustHold(batch.number === body.number, 'its batch has another number');
    mustHold(batch.number === by.number + 1, `batch ${by.number + 1} of this browser is missing before it`);
    mustHold(batch.previous === by.chain, 'its batch does not follow the one before');
    mustHold(
      same(violationsOf(facts, batch), body.violations),
      'it names other actions as violations than the mode forbade',
    );
  },
};

/** Which actions of a batch are violations, by the policy in force. */
export function violationsOf({ state, policies }: Facts, batch: Batch): number[] {
  const policy = policies.get(row(state, 'policy', 'current').hash);
  return violations(state, batch, (console) => (policy && consoleOf(policy, console)?.mode) ?? 'closed');
}
