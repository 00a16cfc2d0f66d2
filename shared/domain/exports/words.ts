import type { Titles, Words } from '#shared/domain/definition.ts';
import type { Names, Cut } from './entries.ts';
import type { State } from '#shared/domain/state.ts';

export const words: Words<Names> = {
  'evidence.exported/1'({ body }, say) {
    return { who: say.person(body.by), words: `Exported evidence: ${cutWords(body.cut, say.state)}` };
  },
};

function cutWords(cut: Cut, state: State): string {
  switch (cut.kind) {
    case 'all':
      return 'the whole log';
    case 'session': {
      const session = state.get('session', cut.session);
      const who = state.get('person', session?.person ?? '')?.handle ?? 'somebody unknown';
      return `the session of ${who} in ${session?.console ?? 'a console'}`;
    }
    case 'person':
      return `everything about ${state.get('person', cut.person)?.handle ?? 'somebody unknown'}`;
    case 'console':
      return `everything about ${cut.console}`;
    case 'period':
      return 'a period of the log';
  }
}

export const titles: Titles<Names> = {
  'evidence.exported/1': 'Evidence exported',
};
