import type { Titles, Words } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';

export const words: Words<Names> = {
  'policy.loaded/1'({ body }) {
    return { who: 'the server', words: `Loaded policy ${body.hash.slice(0, 8)}` };
  },
};

export const titles: Titles<Names> = {
  'policy.loaded/1': 'Policy loaded',
};
