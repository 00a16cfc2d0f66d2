import type { Titles, Words } from '#shared/domain/definition.ts';
import { type Names, byOf } from './entries.ts';

export const words: Words<Names> = {
  'person.invited/1'({ body }, say) {
    return {
      who: say.person(byOf(body.authority)),
      words: `Invited ${body.handle} as ${body.roles.join(', ')}`,
    };
  },
  'key.enrolled/1'({ body }, say) {
    return { who: say.person(body.person), words: `Enrolled the key “${body.key.label}”` };
  },
  'key.removed/1'({ body }, say) {
    return { who: say.person(body.person), words: 'Removed a key' };
  },
  'person.roles-changed/1'({ body }, say) {
    return {
      who: say.person(byOf(body.authority)),
      words: `Changed the roles of ${say.person(body.person)} to ${body.roles.join(', ')}`,
    };
  },
  'person.disabled/1'({ body }, say) {
    return { who: say.person(byOf(body.authority)), words: `Disabled ${say.person(body.person)}` };
  },
  'person.reset/1'({ body }, say) {
    return {
      who:
        body.authority.kind === 'host' ? "the command on the server's host" : say.person(body.authority.by),
      words: `Gave ${say.person(body.person)} a new link; their earlier keys, browsers and links no longer work`,
    };
  },
};

export const titles: Titles<Names> = {
  'person.invited/1': 'Person invited',
  'key.enrolled/1': 'Key enrolled',
  'key.removed/1': 'Key removed',
  'person.roles-changed/1': 'Roles changed',
  'person.disabled/1': 'Person disabled',
  'person.reset/1': 'New link issued',
};
