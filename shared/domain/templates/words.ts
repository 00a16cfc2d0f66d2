import type { Titles, Words } from '#shared/domain/definition.ts';
import type { Names } from './entries.ts';

export const words: Words<Names> = {
  'template.saved/1'({ body }, say) {
    const request = say.state.get('request', body.request);
    const console = request ? say.console(request.console) : 'a console';
    return { who: say.person(body.person), words: `Saved a request for ${console} as a template` };
  },
  'template.deleted/1'({ body }, say) {
    return { who: say.person(body.person), words: 'Deleted a request template' };
  },
};

export const titles: Titles<Names> = {
  'template.saved/1': 'Template saved',
  'template.deleted/1': 'Template deleted',
};
