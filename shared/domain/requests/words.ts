import type { Words } from '#shared/domain/definition.ts';
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
        ? `Asked for ${minutes(time)} more of ${say.console(ask.console)}`
        : `Asked to ${ask.level} ${say.console(ask.console)} for ${minutes(time)}`,
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
            ? `Gave ${say.requesterOf(request)} more time in ${say.console(terms.console)}: ${minutes(terms.until - time)} from then on`
            : `Approved ${say.requesterOf(request)} to ${terms.level} ${say.console(terms.console)} for ${minutes(terms.until - time)}`
          : `Denied the request of ${say.requesterOf(request)}`,
    };
  },
};

function lapsedWords(how: LapsedHow | undefined, person: string): string {
  switch (how) {
    case undefined:
      return `Nobody decided the request of ${person} in time`;
    case 'no-longer-allowed':
      return `The request of ${person} expired because policy or roles no longer allow it`;
    case 'disabled':
      return `The request of ${person} expired with the person being disabled`;
    case 'reset':
      return `The request of ${person} expired with the reset of their keys`;
    case 'unpaired':
      return `The request of ${person} expired with the browser's pairing`;
    case 'released':
      return `The request of ${person} expired with the release of the browser`;
    case 'suspended':
      return `The request of ${person} expired because the browser was suspended`;
    case 'recovered':
      return `The request of ${person} expired with the recovery of the log`;
    case 'session-ended':
      return `The request of ${person} for more time expired with the session`;
  }
}
