import { define } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';
import { commitments, fold, indexKeys, topics } from './fold.ts';
import { rules } from './rules.ts';
import { checks, touches } from './verify.ts';
import { titles, words } from './words.ts';

/** What was done in consoles, as browsers signed it. */
export const actions = define<Names>({
  fold,
  commitments,
  indexKeys,
  topics,
  rules,
  touches,
  checks,
  words,
  titles,
});
