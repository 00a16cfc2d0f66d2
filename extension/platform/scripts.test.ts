import { existsSync } from 'node:fs';
import { beforeEach, expect, test, vi } from 'vitest';
import { packs } from '../packs/requests.ts';
import { injectScripts, registerScripts } from './scripts.ts';

/** Match patterns by id of what is registered, and the files that were injected. */
const { registered, injected, scripting } = vi.hoisted(() => {
  type Script = { id: string; matches: string[] };
  const registered = new Map<string, string[]>();
  const injected: string[][] = [];
  const put = (scripts: Script[]) => {
    for (const { id, matches } of scripts) registered.set(id, matches);
    return Promise.resolve();
  };
  const known = (id: string) => {
    if (!registered.has(id)) throw new Error(`there is no script ${id}`);
  };
  const scripting = {
    getRegisteredContentScripts: () => Promise.resolve([...registered.keys()].map((id) => ({ id }))),
    registerContentScripts(scripts: Script[]) {
      for (const { id } of scripts) if (registered.has(id)) throw new Error(`${id} is registered already`);
      return put(scripts);
    },
    updateContentScripts(scripts: Script[]) {
      for (const { id } of scripts) known(id);
      return put(scripts);
    },
    unregisterContentScripts({ ids }: { ids: string[] }) {
      for (const id of ids) registered.delete(id);
      return Promise.resolve();
    },
    executeScript: ({ files }: { files: string[] }) => Promise.resolve(injected.push(files)),
  };
  return { registered, injected, scripting };
});
vi.mock('webextension-polyfill', () => ({ default: { scripting } }));

const grafana = { patterns: ['https://grafana.test/*'], pack: '' };
const flows = { patterns: ['https://flows.test/*'], pack: 'node-red' };

beforeEach(() => {
  registered.clear();
  injected.length = 0;
  vi.stubGlobal('chrome', { scripting });
});

test('every console gets the script, and a pack only those that name it', async () => {
  await registerScripts([grafana, flows]);
  expect(Object.fromEntries(registered)).toEqual({
    console: ['https://grafana.test/*', 'https://flows.test/*'],
    'pack-node-red': ['https://flows.test/*'],
  });
  await injectScripts(7, [grafana]);
  await injectScripts(7, [grafana, flows]);
  expect(injected).toEqual([['console.js'], ['pack-node-red.js', 'console.js']]);
});

test('what was registered before is updated, and goes when nobody names it any more', async () => {
  await registerScripts([grafana, flows]);
  await registerScripts([grafana]);
  expect(Object.fromEntries(registered)).toEqual({ console: ['https://grafana.test/*'] });
  await registerScripts([]);
  expect(registered.size).toBe(0);
});

test('each pack that the worker knows has a script of its name', () => {
  expect(Object.keys(packs)).toContain(flows.pack);
  for (const pack of Object.keys(packs))
    expect(existsSync(new URL(`../entrypoints/pack-${pack}.ts`, import.meta.url)), pack).toBe(true);
});
