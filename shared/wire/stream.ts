/** How the server ends a live stream for good, so that the page can say why. Codes of RFC 6455, 7.4.2. */

/** As many pages of one person, or workers of one browser, are open as may be. 1013 is "try again later". */
export const crowded = { code: 1013, reason: 'Too many are open already. Close some.' } as const;
/** The sign-in or pairing that it was open under has ended. */
export const ended = { code: 4401, reason: 'This sign-in or pairing has ended.' } as const;
