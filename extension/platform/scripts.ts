import { browser } from './browser.ts';
import { native } from './native.ts';

/** The script that runs inside consoles' pages. Registered anew at each start: an update forgets registrations. */
const SCRIPT_ID = 'console';
const SCRIPT_FILE = 'console.js';

interface Registration {
  id: string;
  js: string[];
  matches: string[];
  runAt: 'document_start';
  allFrames: boolean;
  matchOriginAsFallback: boolean;
  persistAcrossSessions: boolean;
}
interface Scripting {
  getRegisteredContentScripts(filter: { ids: string[] }): Promise<{ matches?: string[] }[]>;
  registerContentScripts(scripts: Registration[]): Promise<void>;
  updateContentScripts(scripts: Registration[]): Promise<void>;
  unregisterContentScripts(filter: { ids: string[] }): Promise<void>;
}
const scripting = (): Scripting => (native() as unknown as { scripting: Scripting }).scripting;

/** Registers the script for exactly these match patterns, all of which must be allowed to us. */
export async function registerScript(patterns: string[]): Promise<void> {
  const api = scripting();
  const [old] = await api.getRegisteredContentScripts({ ids: [SCRIPT_ID] });
  if (patterns.length === 0) {
    if (old) await api.unregisterContentScripts({ ids: [SCRIPT_ID] });
    return;
  }
  const script: Registration = {
    id: SCRIPT_ID,
    js: [SCRIPT_FILE],
    matches: patterns,
    runAt: 'document_start',
    allFrames: true,
    matchOriginAsFallback: true,
    // Kept over a restart: the browser may show a console before the worker runs (T7).
    persistAcrossSessions: true,
  };
  await (old ? api.updateContentScripts([script]) : api.registerContentScripts([script]));
}

/**
 * Runs the script in a tab that was open before it was registered (T11), or in one frame of it. Frames that we may not
 * enter are left out.
 */
export async function injectScript(tab: number, frame?: number): Promise<void> {
  const where = frame === undefined ? { allFrames: true } : { frameIds: [frame] };
  await browser.scripting
    .executeScript({ target: { tabId: tab, ...where }, files: [SCRIPT_FILE], injectImmediately: true })
    .catch(() => undefined);
}
