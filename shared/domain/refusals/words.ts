import type { Titles, Words } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';

export const words: Words<Names> = {
  'attempt.refused/1'({ body }, say) {
    return {
      who: body.person === undefined ? say.ownerOf(body.browser ?? '') : say.person(body.person),
      words: `Refused: ${body.what} (${body.why.replaceAll('_', ' ')})`,
    };
  },
};

export const titles: Titles<Names> = {
  'attempt.refused/1': 'Attempt refused',
};
