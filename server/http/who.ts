import type { Rows } from '#shared/domain/entries.ts';
import type { Auth } from '#shared/wire/route.ts';

/** Who calls. Each kind is made in one place, below, and handlers receive it typed by their route's `auth`. */
export interface Anybody {
  kind: 'anybody';
}
export interface PersonCaller {
  kind: 'person';
  person: Rows['person'];
  /** The key of the sign-in. */
  credential: string;
  /** Hash of the sign-in's token: its row's id. */
  signIn: Uint8Array;
}
export interface BrowserCaller {
  kind: 'browser';
  person: Rows['person'];
  browser: Rows['browser'];
}
export type CallerOf<W extends Auth> = W extends 'person'
  ? PersonCaller
  : W extends 'browser'
    ? BrowserCaller
    : Anybody;
