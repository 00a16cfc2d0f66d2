/**
 * A console pack knows one console's pages and requests, and says in a verb and an object what was done there. What
 * it does not know it leaves alone: the general words then stand. Both parts are pure.
 */

/** What an event in the page means. */
export interface Meaning {
  words: string;
  /** Role and name of what it was done to. */
  target?: string;
  /** The request that it should lead to, as `POST /path`: the request's own record then takes this one in. */
  expects?: string;
  /** Name of the thing, for the words of the request. */
  name?: string;
}

/** In the page: small, no imports that grow. Made once for each page, so it may remember what came before. */
export interface ContentPack {
  /**
   * What `event` means; `silent` where it is a part of something told elsewhere; undefined where the pack does not
   * know. Called for pointerdown, click, dblclick and keydown, before the page sees them.
   */
  read(event: Event, target: Element): Meaning | 'silent' | undefined;
}

/** In the worker. */
export interface RequestPack {
  /** `METHOD /path` of requests that change nothing in the console, as its sign-in; like `reads` in policy. */
  reads: readonly string[];
  /**
   * What a request means, in words without its method and path; empty where it is nobody's act. `name` is what the
   * page called the thing that the request acts on, or empty.
   */
  read(method: string, path: string, name: string): string | undefined;
}
