import { byRules } from '#shared/domain/rights/taken.ts';
import { toBase64url, utf8 } from '#shared/bytes.ts';
import type { Rules, Takings } from '#shared/domain/definition.ts';
import { mustHold, policyOf } from '#shared/domain/judging.ts';
import type { Names } from './entries.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';

export const rules: Rules<Names> = {
  /** Takes in a policy text. One that this version cannot read is no lie, yet nothing can be decided again by it. */
  'policy.loaded/1'({ body: { hash, text } }, _, facts) {
    mustHold(toBase64url(sha256(utf8(text))) === hash, 'the text of the policy is not what its hash names');
    facts.policies.take(hash, text);
    policyOf(facts, hash);
  },
};

/** Whose access these take away. */
export const takes: Takings<Names> = {
  'policy.loaded/1': () => byRules(),
};
