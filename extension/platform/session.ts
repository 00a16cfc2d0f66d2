import { native } from './native.ts';

/** `storage.session`: lives as long as the browser runs, over the worker's sleep; no page of a console can read it. */
export async function readSession<T>(key: string): Promise<T | undefined> {
  return (await native().storage.session.get(key))[key] as T | undefined;
}

export const writeSession = (key: string, value: unknown): Promise<void> =>
  native().storage.session.set({ [key]: value });
