import type { Page } from '@playwright/test';
import type { Person } from '../harness/people.ts';

type Note = { title: string; body: string };

/**
 * Allows notifications, and takes from pages what Android takes from them: a constructor that works. Returns a look at
 * those that the browser shows for this server.
 */
export async function told({ context, page }: Person): Promise<() => Promise<Note[]>> {
  await context.grantPermissions(['notifications']);
  await page.addInitScript(() => {
    window.Notification = class extends Notification {
      constructor() {
        super('');
        throw new TypeError("Failed to construct 'Notification': Illegal constructor.");
      }
    };
  });
  return () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      const shown = (await registration?.getNotifications()) ?? [];
      return shown.map(({ title, body }) => ({ title, body }));
    });
}

/** At the size of a phone, and back. */
export async function atPhone(page: Page, then: () => Promise<void>): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  await then();
  if (before) await page.setViewportSize(before);
}

/** What makes the page scroll sideways: the elements that reach beyond the window, by tag and class. */
export const widerThanItsWindow = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.querySelectorAll('*')].filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 1,
    );
    return wide.map((element) => `${element.localName}.${element.className}`);
  });
