import type { Titles, Words } from '#shared/domain/definition.ts';
import type { LapsedHow, Names } from './entries.ts';
import type { Ask } from './statements.ts';
import { minutes } from '#shared/domain/words.ts';

export const words: Words<Names> = {
  'request.asked/1'({ body }, say) {
    const ask = JSON.parse(body.ask.text) as Ask;
    const time = ask.seconds * 1000;
    return {
      who: body.person.handle,
      words: ask.extends
        ? `Requested ${minutes(time)} more in ${say.console(ask.console)}`
        : `Requested access to ${ask.level} ${say.console(ask.console)} for ${minutes(time)}`,
    };
  },
  'request.withdrawn/1'({ body }, say) {
    return { who: say.requesterOf(body.request), words: 'Withdrew the request' };
  },
  'request.expired/1'({ body }, say) {
    return {
      who: say.person(body.by),
      words: lapsedWords(body.how, say.requesterOf(body.request)),
    };
  },
  'request.decided/1'({ body, time }, say) {
    const { decision, approver, terms, request } = body;
    return {
      who: approver.handle,
      words:
        decision === 'approve' && terms
          ? say.state.get('request', request)?.extends
            ? `Extended the session of ${say.requesterOf(request)} in ${say.console(terms.console)}; ${minutes(terms.until - time)} left`
            : `Approved ${say.requesterOf(request)} to ${terms.level} ${say.console(terms.console)} for ${minutes(terms.until - time)}`
          : `Denied the request of ${say.requesterOf(request)}`,
    };
  },
};

function lapsedWords(how: LapsedHow | undefined, person: string): string {
  switch (how) {
    case undefined:
      return `The request of ${person} expired without a decision`;
    case 'no-longer-allowed':
      return `The request of ${person} expired because the policy or their roles no longer allow it`;
    case 'disabled':
      return `The request of ${person} expired because the person was disabled`;
    case 'reset':
      return `The request of ${person} expired because their keys were reset`;
    case 'unpaired':
      return `The request of ${person} expired because the browser was unpaired`;
    case 'released':
      return `The request of ${person} expired because the browser was released`;
    case 'suspended':
      return `The request of ${person} expired because the browser was suspended`;
    case 'recovered':
      return `The request of ${person} expired because the log was recovered`;
    case 'session-ended':
      return `The request of ${person} for more time expired because the session ended`;
  }
}

export const titles: Titles<Names> = {
  'request.asked/1': 'Access requested',
  'request.withdrawn/1': 'Request withdrawn',
  'request.expired/1': 'Request expired',
  'request.decided/1': 'Request decided',
};
