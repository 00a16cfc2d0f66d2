import { type State, isOwn } from '#shared/entries/fold.ts';
import type { Ask, Batch } from '#shared/entries/signed.ts';
import type { Entry } from '#shared/entries/types.ts';

/** What an entry is about, by name: where a search looks. `batch` names one by its browser and number. */
export type Place =
  | `type:${string}`
  | `person:${string}`
  | `console:${string}`
  | `session:${string}`
  | `batch:${string}:${number}`
  /** Actions outside any session of their browser. */
  | 'ungranted';

/** Every place of an entry, from what it says and from folded state as of it or later: what it rests on does not go. */
export function placesOf(entry: Entry, state: State): Place[] {
  return [...new Set<Place>([`type:${entry.type}`, ...about(entry, state)])];
}

function about(entry: Entry, state: State): Place[] {
  const person = (id: string | undefined): Place[] => (id === undefined ? [] : [`person:${id}`]);
  const ofBrowser = (id: string | undefined): Place[] => person(state.get('browser', id ?? '')?.person);
  const ofRequest = (id: string): Place[] => {
    const request = state.get('request', id);
    return request ? [`person:${request.person}`, `console:${request.console}`] : [];
  };
  switch (entry.type) {
    case 'genesis':
      return person(entry.body.administrator.person);
    case 'policy.loaded':
      return [];
    case 'person.invited':
    case 'person.roles-changed':
    case 'person.disabled':
    case 'person.reset':
      return [...person(entry.body.person), ...person(entry.body.by)];
    case 'key.enrolled':
    case 'key.removed':
    case 'browser.paired':
      return person(entry.body.person);
    case 'browser.ended':
    case 'browser.released':
      return [...ofBrowser(entry.body.browser), ...person(entry.body.by)];
    case 'request.asked':
      return [...person(entry.body.person.id), `console:${(JSON.parse(entry.body.ask.text) as Ask).console}`];
    case 'request.withdrawn':
      return ofRequest(entry.body.request);
    case 'request.expired':
      return [...ofRequest(entry.body.request), ...person(entry.body.by)];
    case 'request.decided':
      return [...ofRequest(entry.body.request), ...person(entry.body.approver.id)];
    case 'session.started':
      return [...ofRequest(entry.body.request), `session:${entry.body.session}`];
    case 'grant.ended':
    case 'grant.shortened': {
      const grant = state.get('grant', entry.body.grant);
      return [
        ...('by' in entry.body ? person(entry.body.by) : []),
        ...(grant ? ofRequest(grant.request) : []),
        ...(grant?.session === undefined ? [] : [`session:${grant.session}` as const]),
      ];
    }
    case 'actions.recorded': {
      const { actions } = JSON.parse(entry.body.batch.text) as Batch;
      return [
        ...ofBrowser(entry.body.browser),
        `batch:${entry.body.browser}:${entry.body.number}`,
        ...actions.flatMap(({ console, session }): Place[] => [
          `console:${console}`,
          isOwn(state, entry.body.browser, session) ? `session:${session}` : 'ungranted',
        ]),
      ];
    }
    case 'evidence.exported':
      return person(entry.body.by);
    case 'log.recovered':
      return entry.body.touches.flatMap(({ by }) => person(by));
    case 'act.proposed':
    case 'act.withdrawn':
      return person(entry.body.by);
    case 'log.key-rotated':
    case 'detail.erased':
      return [...person(entry.body.by), ...person(state.get('act', entry.body.act ?? '')?.by)];
    case 'attempt.refused':
      return [...person(entry.body.person), ...ofBrowser(entry.body.browser)];
  }
}
