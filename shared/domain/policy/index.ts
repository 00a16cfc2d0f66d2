import { define } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';
import { fold, indexKeys, topics } from './fold.ts';
import { rules, takes } from './rules.ts';
import { touches } from './verify.ts';
import { titles, words } from './words.ts';

/** The policies that were in force. */
export const policy = define<Names>({ fold, indexKeys, topics, takes, rules, touches, words, titles });
