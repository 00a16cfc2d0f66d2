/** How long an approved grant waits for its start, in ms. */
export const START_WITHIN_MS = 15 * 60_000;
