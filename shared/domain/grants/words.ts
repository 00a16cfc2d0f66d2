import type { Words } from '#shared/domain/definition.ts';
import type { EndedHow, Names } from './entries.ts';
import { minutes } from '#shared/domain/words.ts';

export const words: Words<Names> = {
  'grant.ended/1'({ body }, say) {
    const grant = say.state.get('grant', body.grant);
    return {
      who: say.person(body.by),
      words: endedWords(
        body.how,
        grant ? say.console(grant.console) : 'a console',
        say.person(grant?.person),
      ),
    };
  },
  'grant.shortened/1'({ body, time }, say) {
    const grant = say.state.get('grant', body.grant);
    return {
      who: 'the server',
      words: `Policy lowered the maximum: the access of ${say.person(grant?.person)} to ${grant ? say.console(grant.console) : 'a console'} ends ${minutes(body.until - time)} from then on`,
    };
  },
};

export function endedWords(how: EndedHow, console: string, person: string): string {
  switch (how) {
    case 'ran-out':
      return `The time of ${person} in ${console} ran out`;
    case 'handed-back':
      return `Handed ${console} back`;
    case 'revoked':
      return `Revoked the access of ${person} to ${console}`;
    case 'not-started':
      return `The approved access of ${person} to ${console} was not started in time`;
    case 'disabled':
      return `The access of ${person} to ${console} ended with the person being disabled`;
    case 'reset':
      return `The access of ${person} to ${console} ended with the reset of their keys`;
    case 'unpaired':
      return `The access of ${person} to ${console} ended with the browser's pairing`;
    case 'suspended':
      return `The access of ${person} to ${console} ended because the browser was suspended`;
    case 'released':
      return `The access of ${person} to ${console} ended with the release of the browser`;
    case 'recovered':
      return `The access of ${person} to ${console} ended with the recovery of the log`;
    case 'no-longer-allowed':
      return `The access of ${person} to ${console} ended because policy or their roles no longer allow it`;
  }
}
