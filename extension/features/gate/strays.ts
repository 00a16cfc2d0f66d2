import { consoleOf } from '../access/index.ts';

/** A window without an address of its own, such as about:blank: `origin` is empty for other sites' windows. */
export interface Stray {
  id: number;
  /** The tab that opened it, while that is there. */
  opener: number | undefined;
  /** Undefined where the window does not answer. */
  origin: string | undefined;
}

/**
 * Those of the windows that belong to a console: by their origin, and where one does not answer, by who opened it.
 * @param windows oldest first
 * @param tabs the console's tabs
 */
export function straysOf(
  console: { hosts: readonly string[] },
  windows: readonly Stray[],
  tabs: readonly { id: number }[],
): Stray[] {
  const ours = new Set(tabs.map(({ id }) => id));
  return windows.filter(({ id, opener, origin }) => {
    const mine =
      origin === undefined
        ? opener !== undefined && ours.has(opener)
        : consoleOf([console], origin) !== undefined;
    if (mine) ours.add(id);
    return mine;
  });
}
