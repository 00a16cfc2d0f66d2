import type { Titles, Words } from '#shared/domain/definition.ts';
import { actWords } from '#shared/domain/dual-control/words.ts';
import type { Names } from './entries.ts';

export const words: Words<Names> = {
  'detail.erased/1'({ body }, say) {
    const { how, below, act, by } = body;
    if (how === 'retention')
      return {
        who: 'the server',
        words: `Erased the details of all entries below ${below}, as policy says`,
      };
    const proposed = say.state.get('act', act ?? '');
    return {
      who: say.person(by),
      words: `Confirmed ${say.person(proposed?.by)}’s proposal to ${proposed ? actWords(proposed.what) : 'erase details'}`,
    };
  },
};

export const titles: Titles<Names> = {
  'detail.erased/1': 'Details erased',
};
