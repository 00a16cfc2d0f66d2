import type { Titles, Words } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';
import { minutes } from '#shared/domain/words.ts';

export const words: Words<Names> = {
  'session.started/1'({ body, time }, say) {
    const { terms, basis, request } = body;
    return {
      who: say.requesterOf(request),
      words:
        basis === 'self-approved'
          ? say.state.get('request', request)?.extends
            ? `Extended their session in ${say.console(terms.console)}, self-approved; ${minutes(terms.until - time)} left`
            : `Started ${say.console(terms.console)}, self-approved`
          : `Started ${say.console(terms.console)}`,
    };
  },
};

export const titles: Titles<Names> = {
  'session.started/1': 'Session started',
};
