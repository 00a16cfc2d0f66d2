import { define } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';
import { commitments, fold, indexKeys, topics } from './fold.ts';
import { rules } from './rules.ts';
import { checks, touches } from './verify.ts';
import { titles, words } from './words.ts';

/** Requests for access, and what was decided. */
export const requests = define<Names>({
  fold,
  commitments,
  indexKeys,
  topics,
  onlyClose: ['request.expired/1'],
  rules,
  touches,
  checks,
  words,
  titles,
});
