import type { State } from './state.ts';

/** What an entry is about, by name: where a search looks. `batch` names one by its browser and number. */
export type IndexKey =
  | `type:${string}`
  | `person:${string}`
  | `console:${string}`
  | `session:${string}`
  | `batch:${string}:${number}`
  /** Actions outside any session of their browser. */
  | 'ungranted';

export const personKeys = (id: string | undefined): IndexKey[] => (id === undefined ? [] : [`person:${id}`]);

export const browserKeys = (state: State, id: string | undefined): IndexKey[] =>
  personKeys(state.get('browser', id ?? '')?.person);

export function requestKeys(state: State, id: string): IndexKey[] {
  const request = state.get('request', id);
  return request ? [`person:${request.person}`, `console:${request.console}`] : [];
}
