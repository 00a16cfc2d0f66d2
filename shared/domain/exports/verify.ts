import type { TouchesOf } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';
import { noTouches } from '#shared/domain/touches.ts';

export const touches: TouchesOf<Names> = {
  'evidence.exported/1': noTouches,
};
