import { RECORD_PREFIX, type ActionRecord } from './record.ts';
import { listen } from './listen.ts';
import { native } from './native.ts';

/** First copies of actions in `storage.local`, as the worker sees them. */

/** By storage key. What is under a key may be anything: a compromised page process can write it. */
export async function readRecords(): Promise<Record<string, unknown>> {
  const all = await native().storage.local.get(null);
  return Object.fromEntries(Object.entries(all).filter(([key]) => key.startsWith(RECORD_PREFIX)));
}

export const forgetRecords = (keys: string[]): Promise<void> =>
  keys.length === 0 ? Promise.resolve() : native().storage.local.remove(keys);

/** Calls with each first copy as it is written; to be called in the worker's first turn, for it wakes the worker. */
export function onRecord(written: (record: Partial<ActionRecord>) => void, signal: AbortSignal): void {
  const heard = (changes: Record<string, { newValue?: unknown }>, area: string): void => {
    if (area !== 'local') return;
    for (const [key, { newValue }] of Object.entries(changes))
      if (key.startsWith(RECORD_PREFIX) && typeof newValue === 'object' && newValue !== null)
        written(newValue);
  };
  listen(native().storage.onChanged, heard, signal);
}
