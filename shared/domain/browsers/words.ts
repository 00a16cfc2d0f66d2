import type { Names } from './entries.ts';
import type { Titles, Words } from '#shared/domain/definition.ts';

export const words: Words<Names> = {
  'browser.paired/1'({ body }, say) {
    return { who: say.person(body.person), words: `Paired the browser “${body.label}”` };
  },
  'browser.ended/1'({ body }, say) {
    return {
      who: say.person(body.by),
      words:
        body.how === 'suspended'
          ? `Suspended a browser of ${say.ownerOf(body.browser)}: it signed two different histories, which points to a copied profile`
          : `Unpaired a browser of ${say.ownerOf(body.browser)}`,
    };
  },
  'browser.released/1'({ body }, say) {
    return {
      who: say.person(body.by),
      words: `Released a browser of ${say.ownerOf(body.browser)}: it no longer keeps consoles shut`,
    };
  },
};

export const titles: Titles<Names> = {
  'browser.paired/1': 'Browser paired',
  'browser.ended/1': 'Browser unpaired or suspended',
  'browser.released/1': 'Browser released',
};
