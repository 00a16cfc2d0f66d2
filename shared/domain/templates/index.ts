import { define } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';
import { commitments, fold, indexKeys, topics } from './fold.ts';
import { rules } from './rules.ts';
import { touches } from './verify.ts';
import { titles, words } from './words.ts';

/** Requests that people keep under a name, to make them again. */
export const templates = define<Names>({
  fold,
  commitments,
  indexKeys,
  topics,
  rules,
  touches,
  words,
  titles,
});
