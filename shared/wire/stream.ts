/** How the server ends a live stream for good, so that the page can say why. Codes of RFC 6455, 7.4.2. */

/** As many pages of one person, or workers of one browser, are open as may be. 1013 is "try again later". */
export const crowded = { code: 1013, reason: 'Too many are open already. Close some.' } as const;
/** The sign-in or pairing that it was open under has ended. */
export const ended = { code: 4401, reason: 'This sign-in or pairing has ended.' } as const;

/** What pages of the companion hear of: which of the things they show has changed. */
export type PageTopic =
  | 'acts'
  | 'inbox'
  | 'live'
  | 'log'
  | 'pairing'
  | 'people'
  | 'policy'
  | 'witnesses'
  | `request:${string}`
  | `session:${string}`
  /** By the person whose sign-ins they are. */
  | `sign-ins:${string}`;

/**
 * What an entry changes. Pages hear of their topics as they are; `consoles` goes to every browser, `browser:ID` and
 * `browsers` wake that one or all of them, so that they fetch their state.
 */
export type Topic = PageTopic | 'consoles' | 'browsers' | `browser:${string}`;

/** What paired browsers hear of: their requests and grants, the signed list of consoles. */
export type BrowserTopic = 'state' | 'consoles';
