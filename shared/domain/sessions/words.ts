import type { Words } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';
import { minutes } from '#shared/domain/words.ts';

export const words: Words<Names> = {
  'session.started/1'({ body, time }, say) {
    const { terms, undecided, request } = body;
    return {
      who: say.requesterOf(request),
      words: undecided
        ? say.state.get('request', request)?.extends
          ? `Took more time in ${say.console(terms.console)} with their own touch: ${minutes(terms.until - time)} from then on; nobody decided`
          : `Opened ${say.console(terms.console)} with their own touch; nobody decided`
        : `Started ${say.console(terms.console)} with a touch`,
    };
  },
};
