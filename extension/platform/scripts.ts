import { browser } from './browser.ts';
import { native } from './native.ts';

/** The scripts that run inside consoles' pages. Registered anew at each start: an update forgets registrations. */
const CONSOLE = 'console';
const packScript = (pack: string): string => `pack-${pack}`;
const fileOf = (script: string): string => `${script}.js`;

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
  getRegisteredContentScripts(): Promise<{ id: string }[]>;
  registerContentScripts(scripts: Registration[]): Promise<void>;
  updateContentScripts(scripts: Registration[]): Promise<void>;
  unregisterContentScripts(filter: { ids: string[] }): Promise<void>;
}
const scripting = (): Scripting => (native() as unknown as { scripting: Scripting }).scripting;

/** A console's match patterns, all of which must be allowed to us, and its pack, or empty. */
export interface Scripted {
  patterns: readonly string[];
  pack: string;
}

/** Registers the console's script for exactly these, and beside it the scripts of the packs that they name. */
export async function registerScripts(consoles: readonly Scripted[]): Promise<void> {
  const api = scripting();
  const wanted = [CONSOLE, ...packScripts(consoles)]
    .map((id): Registration => ({
      id,
      js: [fileOf(id)],
      matches: consoles
        .filter(({ pack }) => id === CONSOLE || packScript(pack) === id)
        .flatMap(({ patterns }) => patterns),
      runAt: 'document_start',
      allFrames: true,
      matchOriginAsFallback: true,
      // Kept over a restart: the browser may show a console before the worker runs (T7).
      persistAcrossSessions: true,
    }))
    .filter(({ matches }) => matches.length > 0);
  const old = (await api.getRegisteredContentScripts()).map(({ id }) => id);
  const gone = old.filter((id) => !wanted.some((one) => one.id === id));
  const fresh = wanted.filter(({ id }) => !old.includes(id));
  const kept = wanted.filter(({ id }) => old.includes(id));
  if (kept.length > 0) await api.updateContentScripts(kept);
  if (fresh.length > 0) await api.registerContentScripts(fresh);
  if (gone.length > 0) await api.unregisterContentScripts({ ids: gone });
}

const packScripts = (consoles: readonly Scripted[]): string[] =>
  [...new Set(consoles.map(({ pack }) => pack))].filter((pack) => pack !== '').map(packScript);

/**
 * Runs the scripts in a tab that was open before they were registered (T11), or in one frame of it. Frames that we may
 * not enter are left out.
 */
export async function injectScripts(
  tab: number,
  consoles: readonly Scripted[],
  frame?: number,
): Promise<void> {
  const where = frame === undefined ? { allFrames: true } : { frameIds: [frame] };
  const files = [...packScripts(consoles), CONSOLE].map(fileOf);
  await browser.scripting
    .executeScript({ target: { tabId: tab, ...where }, files, injectImmediately: true })
    .catch(() => undefined);
}
