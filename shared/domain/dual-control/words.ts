import type { Titles, Words } from '#shared/domain/definition.ts';
import type { Act, Names } from './entries.ts';

export const words: Words<Names> = {
  'act.proposed/1'({ body }, say) {
    return { who: say.person(body.by), words: `Proposed to ${actWords(body.what)}` };
  },
  'act.withdrawn/1'({ body }, say) {
    const act = say.state.get('act', body.act);
    return {
      who: say.person(body.by),
      words: `Withdrew the proposal to ${act ? actWords(act.what) : 'do something'}`,
    };
  },
};

/** What an act does, after "to". */
export function actWords(what: Act): string {
  if (what.type === 'rotation') return 'rotate the log key';
  const { length } = what.entries;
  return `erase the details of ${length === 1 ? `entry ${what.entries[0]}` : `${length} entries`}`;
}

export const titles: Titles<Names> = {
  'act.proposed/1': 'Proposal made',
  'act.withdrawn/1': 'Proposal withdrawn',
};
