import { expect, type Frame, type Page } from '@playwright/test';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import type { ActionView } from '#shared/domain/actions/views.ts';
import type { Harness } from '../harness/harness.ts';
import { StripOver } from '../harness/strip.ts';

/** What the traps look at and reach for: the server's record, and places inside a page that no page can reach. */

export const pause = (ms: number): Promise<void> => new Promise((over) => setTimeout(over, Math.max(0, ms)));

/** Every action of the console's newest session, in order, as an auditor reads them. */
export async function recorded(harness: Harness, console: string): Promise<ActionView[]> {
  const { sessions } = await call(harness.cleo.send, wire.listSessions, { query: { whose: 'all' } });
  const newest = sessions.find((session) => session.console.id === console);
  if (!newest) throw new Error(`no session of ${console}`);
  const { actions } = await call(harness.cleo.send, wire.showSession, {
    params: { session: newest.id },
    query: {},
  });
  return actions;
}

/** The latest actions without a grant, oldest first, as the live view shows them. */
export async function ungranted(harness: Harness, console: string): Promise<ActionView[]> {
  const { ungranted: all } = await call(harness.cleo.send, wire.live, {});
  return all
    .filter((action) => action.console.id === console)
    .toSorted((a, b) => a.at - b.at || a.entry - b.entry || a.n - b.n);
}

export const words = (actions: readonly ActionView[]): string[] =>
  actions.map(({ detail }) => detail?.words ?? '');

/** Addresses that the tab's own page came to from now on. */
export function visits(page: Page): string[] {
  const seen: string[] = [];
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) seen.push(frame.url());
  });
  return seen;
}

/** Runs an expression in the world of our script inside this page, as somebody would who had broken into it. */
export async function inOurScript(page: Page, expression: string): Promise<unknown> {
  const cdp = await page.context().newCDPSession(page);
  const worlds: { id: number; name: string }[] = [];
  cdp.on('Runtime.executionContextCreated', ({ context }) => worlds.push(context));
  await cdp.send('Runtime.enable');
  const ours = (): number[] => worlds.filter(({ name }) => name === 'Countersign').map(({ id }) => id);
  await expect.poll(ours, 'our script is in this page').toHaveLength(1); // a page just opened may still wait for it
  const { result, exceptionDetails } = await cdp.send('Runtime.evaluate', {
    expression,
    contextId: ours()[0] ?? 0,
    awaitPromise: true,
    returnByValue: true,
  });
  await cdp.detach();
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}

/** The buttons that the strip offers. */
export const stripButtons = async (page: Page): Promise<string[]> =>
  (await new StripOver(page).shown())?.buttons ?? [];

/** Presses a button of the strip with a real pointer, once it stands there uncovered. */
export async function pressStrip(page: Page, label: string): Promise<void> {
  await expect.poll(() => stripButtons(page)).toContain(label);
  await pause(250); // it takes presses only 100 ms after it was last seen whole
  await new StripOver(page).press(label);
}

/** The request form in a console's page. */
export async function formIn(page: Page): Promise<Frame> {
  for (let tries = 0; tries < 100; tries++) {
    const form = page.frames().find((frame) => frame.url().includes('/form.html#'));
    if (form) return form;
    await pause(50);
  }
  throw new Error('the form did not open');
}
