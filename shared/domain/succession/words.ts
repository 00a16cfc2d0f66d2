import type { Titles, Words } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';

export const words: Words<Names> = {
  'genesis/1'({ body }) {
    return { who: body.administrator.handle, words: 'Set up the server and enrolled the first key' };
  },
  'log.recovered/1'({ body }, say) {
    const { lost, restored, touches, origin } = body;
    const gone = lost.size - restored.size;
    return {
      who: touches.map(({ by }) => say.person(by)).join(' and '),
      words: `Recovered the log under ${origin}; ${gone === 1 ? '1 signed entry is' : `${gone} signed entries are`} lost`,
    };
  },
  'log.key-rotated/1'({ body }, say) {
    const first = say.state.get('act', body.act)?.by;
    return { who: `${say.person(first)} and ${say.person(body.by)}`, words: 'Rotated the log key' };
  },
};

export const titles: Titles<Names> = {
  'genesis/1': 'Genesis',
  'log.recovered/1': 'Log recovered',
  'log.key-rotated/1': 'Log key rotated',
};
