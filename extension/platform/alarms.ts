import { browser } from './browser.ts';
import { listen } from './listen.ts';

/** Calls the worker back even when it sleeps. One alarm per name; 30 s is the least that browsers promise to keep. */
export const setAlarm = (name: string, when: number): void => void browser.alarms.create(name, { when });
export const setRepeating = (name: string, minutes: number): void =>
  void browser.alarms.create(name, { periodInMinutes: minutes });
export const clearAlarm = (name: string): void => void browser.alarms.clear(name);
export const onAlarm = (heard: (name: string) => void, signal: AbortSignal): void =>
  listen(browser.alarms.onAlarm, ({ name }) => heard(name), signal);
