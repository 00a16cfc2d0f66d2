import { chromium, type BrowserContext } from '@playwright/test';
import { fromBase64url } from '#shared/bytes.ts';
import { findChromium } from '../browser/find.ts';
import { VirtualKey } from '../browser/virtual-key.ts';
import { test as base } from '../fixtures.ts';
import { type Person, signIn } from '../harness/people.ts';
import type { Harness } from '../harness/harness.ts';

/** Another computer than the engineer's: a browser without the extension. */
export type Office = {
  /** Somebody sits down at a desk of their own, with a key in hand. */
  desk: (handle: string) => Promise<Person>;
  close: () => Promise<void>;
};

export async function openOffice(): Promise<Office> {
  const { path: executablePath } = await findChromium();
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  return {
    async desk(handle) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
      return someone(handle, context);
    },
    close: () => browser.close(),
  };
}

/** A person in a browser, with a hardware key that every page of it sees. */
export async function someone(handle: string, context: BrowserContext): Promise<Person> {
  const key = new VirtualKey();
  await key.follow(context);
  return { handle, context, key, page: context.pages()[0] ?? (await context.newPage()) };
}

/**
 * The approver and auditor at a desk, signed in. The harness's cleo has a key of software; her second one is carried
 * into this browser, so that two counters stay apart.
 */
async function cleoAtDesk(office: Office, { cleo, server }: Harness): Promise<Person> {
  const person = await office.desk('cleo');
  const second = await cleo.addKey();
  const base64 = (text: string): string => Buffer.from(fromBase64url(text)).toString('base64');
  await person.key.load([
    {
      credentialId: base64(second.id),
      isResidentCredential: true,
      rpId: 'localhost',
      privateKey: second.pkcs8().toString('base64'),
      userHandle: base64(cleo.id),
      signCount: 100,
    },
  ]);
  await signIn(person, server.origin);
  return person;
}

/** `harness` as everywhere, and `cleo` in a real browser: asked, decided and watched by the buttons that people press. */
export const test = base.extend<{ cleo: Person }, { atDesk: Person }>({
  atDesk: [
    async ({ opened }, use) => {
      const office = await openOffice();
      await use(await cleoAtDesk(office, opened));
      await office.close();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  cleo: async ({ atDesk, harness }, use) => {
    await atDesk.page.goto(harness.server.origin);
    await use(atDesk);
  },
});
export { expect } from '@playwright/test';
