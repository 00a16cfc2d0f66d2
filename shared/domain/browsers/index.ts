import { define } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';
import { fold, indexKeys, topics } from './fold.ts';
import { rules, takes } from './rules.ts';
import { checks, touches } from './verify.ts';
import { titles, words } from './words.ts';

/** Browsers that people paired. */
export const browsers = define<Names>({
  fold,
  indexKeys,
  topics,
  takes,
  onlyClose: ['browser.ended/1'],
  rules,
  touches,
  checks,
  words,
  titles,
});
