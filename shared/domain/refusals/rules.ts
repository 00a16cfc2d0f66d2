import type { Rules } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';

export const rules: Rules<Names> = {
  'attempt.refused/1'() {
    // The server's own account: it changes nothing.
  },
};
