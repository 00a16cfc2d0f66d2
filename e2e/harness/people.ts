import type { BrowserContext, Locator, Page } from '@playwright/test';
import type { VirtualKey } from '../browser/virtual-key.ts';

/** What people do in the companion, by the buttons that they press. Each person has a context and a key of their own. */
export type Person = { handle: string; context: BrowserContext; page: Page; key: VirtualKey };

const button = (place: Page | Locator, name: string | RegExp): Locator => place.getByRole('button', { name });

/** Opens a one-time link and enrols the key in the person's hand. */
export async function enrol(person: Person, link: string): Promise<void> {
  const { page, key, handle } = person;
  await key.attach(page);
  await page.goto(link);
  if (link.includes('/setup#')) await page.getByLabel('Your handle').fill(handle);
  await page.getByLabel('Name of the key').fill(`${handle}'s key`);
  await button(page, 'Enrol this key').click();
  await page.getByRole('heading', { name: 'Add a second key' }).waitFor();
  await key.sync();
}

/** After the first key: goes on with one. */
export async function skipSecondKey({ page }: Person): Promise<void> {
  await button(page, 'Skip for now').click();
  await button(page, 'Continue with one key').click();
  await page.waitForURL('**/');
}

/** Invites somebody and returns the one-time link. */
export async function invite(
  admin: Person,
  origin: string,
  handle: string,
  roles: string[],
): Promise<string> {
  const { page } = admin;
  await page.goto(`${origin}/people`);
  await button(page, 'Invite').first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(handle);
  for (const role of ['engineer', 'approver', 'auditor', 'administrator'])
    await dialog
      .getByRole('checkbox', { name: new RegExp(`^${role}`, 'i') })
      .setChecked(roles.includes(role));
  await button(dialog, 'Invite with your key').click();
  const link = dialog.getByText(/\/enrol#/);
  await link.waitFor();
  const text = (await link.textContent()) ?? '';
  await button(dialog, 'Done').click();
  return /http\S+\/enrol#[\w-]+/.exec(text)?.[0] ?? '';
}

export async function signIn({ page, key }: Person, origin: string): Promise<void> {
  await key.attach(page);
  await page.goto(origin);
  await button(page, 'Sign in with your key').click();
  // That button changes its words as soon as it is pressed; this one is there only afterwards.
  await button(page, 'Sign out').waitFor();
}

/** Pairs the browser that the person's page is in: a button here, a button there, a touch. */
export async function pair(person: Person, origin: string): Promise<void> {
  const { page, context } = person;
  await page.goto(`${origin}/pair`);
  const opened = context.waitForEvent('page');
  await button(page, 'Pair this browser').click();
  const extension = await opened;
  await button(extension, /^Pair (with|this browser)/).click();
  const code = extension.getByRole('img', { name: /^Code/ });
  await code.waitFor();
  await page.bringToFront();
  await page.getByText((await code.textContent()) ?? 'no code').waitFor();
  await button(page, 'Yes, pair with your key').click();
  await page.getByText('This browser is paired.').waitFor();
  // Only now the browser has the console list and its rules stand.
  await extension
    .getByText(/This browser is paired|Paired with/)
    .first()
    .waitFor();
  await extension.close();
}
