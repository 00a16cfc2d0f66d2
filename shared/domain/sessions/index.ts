import { define } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';
import { fold, indexKeys, topics } from './fold.ts';
import { rules } from './rules.ts';
import { checks, touches } from './verify.ts';
import { titles, words } from './words.ts';

/** Sessions: the engineer’s touch that opens a console. */
export const sessions = define<Names>({ fold, indexKeys, topics, rules, touches, checks, words, titles });
