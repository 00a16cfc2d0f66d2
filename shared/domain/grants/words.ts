import type { Titles, Words } from '#shared/domain/definition.ts';
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
      words: `Policy lowered the maximum: the access of ${say.person(grant?.person)} to ${grant ? say.console(grant.console) : 'a console'} now ends in ${minutes(body.until - time)}`,
    };
  },
};

export function endedWords(how: EndedHow, console: string, person: string): string {
  switch (how) {
    case 'ran-out':
      return `The access of ${person} to ${console} ran out`;
    case 'handed-back':
      return `Ended their own access to ${console}`;
    case 'revoked':
      return `Revoked the access of ${person} to ${console}`;
    case 'not-started':
      return `The approved access of ${person} to ${console} was not started in time`;
    case 'disabled':
      return `The access of ${person} to ${console} ended because the person was disabled`;
    case 'reset':
      return `The access of ${person} to ${console} ended because their keys were reset`;
    case 'unpaired':
      return `The access of ${person} to ${console} ended because the browser was unpaired`;
    case 'suspended':
      return `The access of ${person} to ${console} ended because the browser was suspended`;
    case 'released':
      return `The access of ${person} to ${console} ended because the browser was released`;
    case 'recovered':
      return `The access of ${person} to ${console} ended because the log was recovered`;
    case 'no-longer-allowed':
      return `The access of ${person} to ${console} ended because the policy or their roles no longer allow it`;
  }
}

export const titles: Titles<Names> = {
  'grant.ended/1': 'Grant ended',
  'grant.shortened/1': 'Grant shortened',
};
