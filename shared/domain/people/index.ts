import { define } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';
import { commitments, fold, indexKeys, topics } from './fold.ts';
import { rules, takes } from './rules.ts';
import { checks, touches } from './verify.ts';
import { titles, words } from './words.ts';

/** People and their hardware keys. */
export const people = define<Names>({
  fold,
  commitments,
  indexKeys,
  topics,
  takes,
  onlyClose: ['person.disabled/1'],
  rules,
  touches,
  checks,
  words,
  titles,
});
