import type { Page } from '@playwright/test';
import type { Person } from '../stage/people.ts';

type Note = { title: string; body: string };

/** Allows desktop notifications and returns a look at those that the person's pages made from now on. */
export async function told({ context, page }: Person): Promise<() => Promise<Note[]>> {
  await context.grantPermissions(['notifications']);
  await page.addInitScript(() => {
    const notes: Note[] = [];
    Object.assign(window, { notes });
    // The real one is made as well: a page that may not notify throws or stays silent here.
    window.Notification = class extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        this.addEventListener('show', () => notes.push({ title, body: options?.body ?? '' }));
      }
    };
  });
  return () => page.evaluate(() => (window as Window & { notes?: Note[] }).notes ?? []);
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
