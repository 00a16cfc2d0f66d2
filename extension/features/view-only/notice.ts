/** What the strip says of something that was stopped, for as long as somebody may want to read it. */

/** */
const NOTICE_MS = 20_000;

let shown = { words: '', until: 0 };
const listeners: (() => void)[] = [];

/** The notice that stands now, or empty. */
export const notice = (): string => (Date.now() < shown.until ? shown.words : '');

export const onNotice = (listener: () => void): void => void listeners.push(listener);

/** @param what what was stopped: the name of a button, `DELETE /queues/orders`, "The live connection" */
export function showStopped(what: string): void {
  shown = { words: `${what} was blocked: you have view-only access`, until: Date.now() + NOTICE_MS };
  for (const listener of listeners) listener();
}
