import type { Words } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';

export const words: Words<Names> = {
  'policy.loaded/1'({ body }) {
    return { who: 'the server', words: `Loaded policy ${body.hash.slice(0, 8)}` };
  },
};
