import { define } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';
import { fold, indexKeys, topics } from './fold.ts';
import { rules } from './rules.ts';
import { touches } from './verify.ts';
import { titles, words } from './words.ts';

/** Evidence that somebody took out of the companion. */
export const exports = define<Names>({ fold, indexKeys, topics, rules, touches, words, titles });
