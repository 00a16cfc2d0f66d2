import { expect, type Page } from '@playwright/test';
import axe from 'axe-core';

type Only = { type: 'tag' | 'rule'; values: string[] };
declare global {
  interface Window {
    axe: typeof axe;
  }
}
const everything: Only = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
const colours: Only = { type: 'rule', values: ['color-contrast'] };

/** What an axe run found, short enough to read: rule, element, why. */
const findings = (page: Page, runOnly: Only): Promise<string[]> =>
  page.evaluate(async (only) => {
    const { violations } = await window.axe.run({ runOnly: only, resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    );
  }, runOnly);

/** Waits until every animation that ends has ended: colours in between are nobody's choice. */
const settled = (page: Page): Promise<unknown> =>
  page.waitForFunction(() =>
    document
      .getAnimations()
      .every((one) => one.playState !== 'running' || one.effect?.getComputedTiming().iterations === Infinity),
  );

/**
 * That nothing on the page, as it stands there, offends WCAG 2.2 AA: everything in light, and what colour decides in
 * dark as well.
 */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  await page.emulateMedia({ colorScheme: 'light' });
  await settled(page);
  expect.soft(await findings(page, everything), `${what}, light`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await settled(page);
  expect.soft(await findings(page, colours), `${what}, dark`).toEqual([]);
}
