import { listen } from './listen.ts';
import { native } from './native.ts';

/**
 * What the browser's own policy says to this extension, as it stands there. Empty where nothing is configured, and
 * also while the browser has not read its policy yet: for over a second at a first start. Firefox rejects in place of
 * being empty.
 */
export async function readManaged(): Promise<Record<string, unknown>> {
  return native()
    .storage.managed.get(null)
    .catch(() => ({}));
}

/** Calls after a change, in Chromium; Firefox tells of none, and reads its policy when it starts. */
export function onManaged(changed: () => void, signal: AbortSignal): void {
  const heard = (_: unknown, area: string): void => {
    if (area === 'managed') changed();
  };
  listen(native().storage.onChanged, heard, signal);
}
