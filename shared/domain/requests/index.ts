import { define } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';
import { fold, indexKeys } from './fold.ts';
import { rules } from './rules.ts';
import { checks, touches } from './verify.ts';
import { words } from './words.ts';

/** Requests for access, and what was decided. */
export const requests = define<Names>({ fold, indexKeys, rules, touches, checks, words });
