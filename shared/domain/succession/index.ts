import { define } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';
import { fold, indexKeys, topics } from './fold.ts';
import { rules } from './rules.ts';
import { checks, touches } from './verify.ts';
import { titles, words } from './words.ts';

/** The log itself: how it began, and how its keys and origin followed one another. */
export const succession = define<Names>({ fold, indexKeys, topics, rules, touches, checks, words, titles });
