import { existsSync } from 'node:fs';
import type * as Library from '@testing-library/preact';
import { Window } from 'happy-dom';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { verifierFile } from '../../evidence/verifier.ts';
import { said, verifyZip } from '../../testing/bundles.ts';
import type { Person } from '../../testing/person.ts';
import { type Story, tellStory } from '../../testing/scenario.ts';
import { buildStandalone } from '../standalone/build.ts';
import type { TakeEvidence as Dialog } from './TakeEvidence.tsx';

/** The dialog in a page of the real server, as its administrator has it on the Log page. */
let story: Story;
let reader: Person;
let page: typeof Library;
let TakeEvidence: typeof Dialog;

const fetched = globalThis.fetch;
/** As the page's own fetch: addresses of its server, and its cookie. */
const ask = (address: string, init: RequestInit = {}): Promise<Response> =>
  address.startsWith('/')
    ? fetched(story.server.origin + address, { ...init, headers: { cookie: reader.cookie } })
    : fetched(address, init);

beforeAll(async () => {
  vi.stubEnv('TZ', 'Europe/Berlin');
  if (!existsSync(verifierFile)) await buildStandalone();
  story = await tellStory();
  // Made here and not by vitest's own environment, in which the server would not run.
  const window = new Window({ url: story.server.origin });
  for (const [name, value] of Object.entries({ window, fetch: ask })) vi.stubGlobal(name, value);
  for (const name of ['document', 'HTMLElement'] as const) vi.stubGlobal(name, window[name]);
  page = await import('@testing-library/preact');
  ({ TakeEvidence } = await import('./TakeEvidence.tsx'));
});
afterAll(async () => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  await story.server.remove();
});

const open = (): void => {
  page.render(<TakeEvidence />);
  page.fireEvent.click(page.screen.getByRole('button', { name: 'Export evidence' }));
};
beforeEach(() => {
  reader = story.server.admin;
});
afterEach(() => page.cleanup());

const about = (what: string) => page.fireEvent.click(page.screen.getByLabelText(new RegExp(`^${what}`)));
const set = (label: string, value: string) =>
  page.fireEvent.input(page.screen.getByLabelText(label), { target: { value } });
const select = async (label: string, option: string) => {
  const found = await page.screen.findByRole('option', { name: option });
  const { value } = found as HTMLOptionElement;
  page.fireEvent.change(page.screen.getByLabelText(label), { target: { value } });
};
const address = () => page.screen.queryByRole('link', { name: 'Export evidence' })?.getAttribute('href');
/** Takes what the link leads to, and verifies it. */
async function taken() {
  const { verifierKey: logKey, genesis } = story.server.services.log;
  const { steps, verdict } = await verifyZip(await (await ask(address() ?? '')).blob(), { logKey, genesis });
  expect(verdict.state, verdict.sentence).toBe('ok');
  return said(steps);
}

test('everything is what it offers first', async () => {
  open();
  expect(await taken()).toMatch(/^The bundle is complete: it contains every entry under the checkpoint\.$/m);
});

test('a person and a console are chosen from those that there are, and nothing is offered before', async () => {
  open();
  about('A person');
  expect(address()).toBeUndefined();
  await select('Person', 'ana');
  expect(await taken()).toMatch(/^2 sessions of ana are in it\.$/m);
  about('A console');
  expect(address()).toBeUndefined();
  await select('Console', 'Vault');
  expect(await taken()).toMatch(/: the console vault, exported at/);
});

test('a period has a first and a last day, both whole', async () => {
  open();
  about('A period');
  const day = (ago: number) =>
    new Date(story.server.clock.wall() - ago * 86_400_000).toLocaleDateString('sv');
  // Midnight may lie within the story.
  set('First day', day(1));
  expect(address()).toBeUndefined();
  set('Last day', '2020-01-01');
  expect(address()).toBeUndefined();
  expect(page.screen.getByText('Choose a day on or after the first day.')).toBeDefined();
  set('Last day', day(0));
  expect(page.screen.queryByText('Choose a day on or after the first day.')).toBeNull();
  expect(await taken()).toMatch(/^Every entry under the checkpoint is in it\.$/m);
});

test('a day on which the clock is changed is whole too', () => {
  open();
  about('A period');
  for (const [day, hours] of [
    ['2026-10-25', 25],
    ['2026-03-29', 23],
    ['2026-03-30', 24],
  ] as const) {
    set('First day', day);
    set('Last day', day);
    const query = new URLSearchParams(address()?.split('?')[1]);
    expect(Number(query.get('to')) - Number(query.get('from')), day).toBe(hours * 3_600_000);
  }
});

test('whoever may not read the lists is told so, and Close closes', async () => {
  reader = story.server.stranger();
  open();
  expect(await page.screen.findByText(/sign in/i)).toBeDefined();
  page.fireEvent.click(page.screen.getByRole('button', { name: 'Close' }));
  expect(page.screen.queryByRole('dialog')).toBeNull();
});
