import { define } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';
import { commitments, fold, indexKeys, topics } from './fold.ts';
import { rules } from './rules.ts';
import { checks, touches } from './verify.ts';
import { titles, words } from './words.ts';

/** Grants: how long access lasts and how it ends. */
export const grants = define<Names>({
  fold,
  commitments,
  indexKeys,
  topics,
  onlyClose: ['grant.ended/1', 'grant.shortened/1'],
  rules,
  touches,
  checks,
  words,
  titles,
});
