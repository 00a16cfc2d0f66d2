import type { Names } from './entries.ts';
import type { Batch } from './statements.ts';
import type { Titles, Words } from '#shared/domain/definition.ts';

export const words: Words<Names> = {
  'actions.recorded/1'({ body }, say) {
    const { actions } = JSON.parse(body.batch.text) as Batch;
    return {
      who: say.ownerOf(body.browser),
      words: `${actions.length} ${actions.length === 1 ? 'action' : 'actions'} recorded in ${[...new Set(actions.map((a) => a.console))].join(', ')}`,
    };
  },
};

export const titles: Titles<Names> = {
  'actions.recorded/1': 'Actions recorded',
};
