import type { State } from './state.ts';

export interface Sentence {
  /** A handle, or who else did it: "the server". */
  who: string;
  words: string;
}

/** Names for what entries name by id. */
export interface Naming {
  readonly state: State;
  readonly person: (id: string | undefined) => string;
  /** Whose browser, whose request. */
  readonly ownerOf: (browser: string) => string;
  readonly requesterOf: (request: string) => string;
  readonly console: (id: string) => string;
}

/** Names by what the log says; consoles go by their ids unless `console` names them. */
export function naming(state: State, console: (id: string) => string = (id) => id): Naming {
  const person = (id: string | undefined): string =>
    id === undefined ? 'the server' : (state.get('person', id)?.handle ?? 'somebody unknown');
  return {
    state,
    person,
    ownerOf: (browser) => person(state.get('browser', browser)?.person),
    requesterOf: (request) => person(state.get('request', request)?.person),
    console,
  };
}

/** A length of time in ms, in words that are the same in every time zone. */
export function minutes(ms: number): string {
  const count = Math.max(1, Math.round(ms / 60_000));
  return count === 1 ? '1 minute' : `${count} minutes`;
}
