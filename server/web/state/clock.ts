/**
 * The server's time, as far as this page knows it: grants end by the server's clock, and a wrong wall clock here must
 * not make a grant look longer. Every answer that carries `now` sets it right.
 */
let offset = 0;

/** Takes the server's `now` (ms) from an answer. */
export function hearNow(now: number): void {
  offset = now - Date.now();
}

/** Server time in ms since 1970. */
export const serverNow = (): number => Date.now() + offset;
