import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

/** Presses Tab until what has the focus is called so; nobody does that more than forty times. */
async function tabTo(page: Page, name: RegExp, key = 'Tab'): Promise<void> {
  const focused = page.locator(':focus');
  for (let presses = 0; presses < 40; presses++) {
    // The first line is the thing itself, and not what is in it.
    const [line = ''] = (await focused.count()) > 0 ? (await focused.ariaSnapshot()).split('\n') : [];
    if (name.test(line)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`Tab does not lead to ${name}`);
}

test('asked, approved and started with the keyboard alone', async ({ harness, cleo }) => {
  const { page: office } = cleo;
  const page = await harness.tab('harbour');
  const again = page.getByRole('button', { name: 'Request again' });
  const why = page.getByLabel('Justification');
  await again.or(why).first().waitFor();
  if (await again.isVisible()) {
    await tabTo(page, /button "Request again"/);
    await page.keyboard.press('Enter');
  }

  // The form opens at what has to be written; the durations are one Tab back, and arrows choose among them.
  await expect(why).toBeFocused();
  await page.keyboard.type('Orders are stuck');
  await tabTo(page, /radio "\d+ (minutes?|hour)"/, 'Shift+Tab');
  await page.keyboard.press('ArrowRight');
  const chosen = await page.locator(':focus').ariaSnapshot();
  expect(chosen).toMatch(/radio "(15 minutes|1 hour|1 minute|5 minutes)" \[checked\]/);
  await tabTo(page, /textbox "Ticket/);
  await page.keyboard.type('INC-7');
  await tabTo(page, /button "Request access/);
  await page.keyboard.press('Enter');
  await expect(page.getByText('Waiting for approval')).toBeVisible();

  await expect(office).toHaveTitle(/^\(1\)/);
  await tabTo(office, /link "ben · Harbour.*Waiting/s);
  await page.bringToFront();
  await office.keyboard.press('Enter');
  await expect(office.getByText('INC-7')).toBeVisible();
  await tabTo(office, /button "Approve with your key"/);
  await office.keyboard.press('Enter');
  await expect(office.getByText('Outcome')).toBeVisible();

  await expect(page.getByText('Approved by cleo')).toBeVisible();
  await tabTo(page, /button "Start with your key"/);
  const opened = harness.browser.context.waitForEvent('page');
  await page.keyboard.press('Enter');
  const window = await opened;
  await harness.ben.key.attach(window);
  // The window has the focus where the one button is.
  const start = window.getByRole('button', { name: 'Start with your key' });
  await expect(start).toBeFocused();
  await window.keyboard.press('Enter');
  await page.waitForURL(harness.url('harbour'));
});
