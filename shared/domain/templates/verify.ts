import type { TouchesOf } from '#shared/domain/definition.ts';
import { noTouches } from '#shared/domain/touches.ts';
import type { Names } from './entries.ts';

export const touches: TouchesOf<Names> = {
  'template.saved/1': noTouches,
  'template.deleted/1': noTouches,
};
