import type { State } from '#shared/domain/state.ts';
import type { Batch } from '#shared/domain/actions/statements.ts';
import type { Entry, EntryOf, EntryType } from '#shared/domain/entries.ts';
import type { Topic } from '../http/hub.ts';

/** What an entry of each type changes beside the log itself; `state` is folded state with the entry in it, or later. */
type Topics = { readonly [T in EntryType]: (entry: EntryOf<T>, state: State) => Topic[] };

const topics: Topics = {
  genesis: () => ['people'],
  'policy.loaded': () => ['policy', 'inbox', 'live', 'consoles'],

  'person.invited': () => ['people', 'inbox'],
  'person.roles-changed': () => ['people', 'inbox'],
  'person.disabled': ({ body }, state) => cutOff(body.person, state),
  'person.reset': ({ body }, state) => cutOff(body.person, state),
  'key.enrolled': () => ['people'],
  'key.removed': () => ['people'],

  'browser.paired': () => ['pairing', 'people'],
  'browser.ended': ({ body }) => ['people', 'live', `browser:${body.browser}`],
  'browser.released': ({ body }) => ['people', 'live', `browser:${body.browser}`],

  'request.asked': ({ body }, state) => ['inbox', ...ofRequest(body.request, state)],
  'request.withdrawn': ({ body }, state) => ['inbox', ...ofRequest(body.request, state)],
  'request.expired': ({ body }, state) => ['inbox', ...ofRequest(body.request, state)],
  'request.decided': ({ body }, state) => ['inbox', 'live', ...ofRequest(body.request, state)],

  'session.started': ({ body }, state) => ['inbox', 'live', 'people', ...ofRequest(body.request, state)],
  'grant.ended': ({ body }, state) => ['inbox', 'live', ...ofGrant(body.grant, state)],
  'grant.shortened': ({ body }, state) => ['inbox', 'live', ...ofGrant(body.grant, state)],
  'actions.recorded': ({ body }) => ['live', ...sessionsOf(JSON.parse(body.batch.text) as Batch)],

  'evidence.exported': () => [],
  'log.recovered': () => ['inbox', 'live', 'people', 'browsers', 'consoles'],
  'act.proposed': () => ['acts'],
  'act.withdrawn': () => ['acts'],
  'log.key-rotated': () => ['acts'],
  'detail.erased': ({ body }) => (body.act === undefined ? [] : ['acts']),
  'attempt.refused': () => [],
};

/** Everything that an entry changes, and the browsers that are to know of it at once. */
export function topicsOf(entry: Entry, state: State): Topic[] {
  const of = topics[entry.type] as (entry: Entry, state: State) => Topic[];
  return ['log', ...of(entry, state)];
}

/** Whoever lost their right: their browsers are to shut what they hold open. */
const cutOff = (person: string, state: State): Topic[] => [
  'people',
  'inbox',
  'live',
  ...[...state.all('browser')].flatMap(([id, row]): Topic[] =>
    row.person === person ? [`browser:${id}`] : [],
  ),
];

function ofRequest(id: string, state: State): Topic[] {
  const request = state.get('request', id);
  return request ? [`request:${id}`, `browser:${request.browser}`] : [`request:${id}`];
}

/** A grant that ended or has less time: its browser shuts at the nudge, not at the next heartbeat. */
function ofGrant(id: string, state: State): Topic[] {
  const grant = state.get('grant', id);
  if (!grant) return [];
  const { request, session, browser } = grant;
  return [
    `request:${request}`,
    ...(session === undefined ? [] : [`session:${session}` as const]),
    `browser:${browser}`,
  ];
}

const sessionsOf = ({ actions }: Batch): Topic[] => [
  ...new Set(actions.map(({ session }) => `session:${session}` as const)),
];
