import type { BrowserContext } from '@playwright/test';

/*
 * Optional host permissions without a person at Chromium's bubble, which is no web page and cannot be clicked
 * from a test. chrome://extensions can record that a host is allowed; Chromium then answers a
 * `permissions.request()` for it with true and shows nothing. Measured on Chromium 156, headless and headed.
 */

type HostAccess = 'ON_CLICK' | 'ON_SPECIFIC_SITES' | 'ON_ALL_SITES';
type DeveloperPrivate = {
  updateExtensionConfiguration(change: { extensionId: string; hostAccess: HostAccess }): Promise<void>;
  addHostPermission(extensionId: string, host: string): Promise<void>;
};
type Permissions = { request(wanted: { origins: string[] }): Promise<boolean> };
declare const chrome: { developerPrivate: DeveloperPrivate; permissions: Permissions };

/**
 * Allows hosts in the extension's details page, which alone grants nothing: the extension still has to ask for
 * them from a click, and is then answered true without a bubble. A host not allowed here leaves the request
 * pending for good, as a bubble does that nobody answers.
 * @param hosts match patterns, such as `http://nodered.localhost/*`
 */
export async function allowHosts(
  context: BrowserContext,
  extensionId: string,
  hosts: readonly string[],
): Promise<void> {
  const page = await context.newPage();
  await page.goto('chrome://extensions/');
  await page.evaluate(
    async ([id, patterns]) => {
      await chrome.developerPrivate.updateExtensionConfiguration({
        extensionId: id,
        hostAccess: 'ON_SPECIFIC_SITES',
      });
      for (const pattern of patterns) await chrome.developerPrivate.addHostPermission(id, pattern);
    },
    [extensionId, [...hosts]] as const,
  );
  await page.close();
}

/**
 * Grants hosts now and fires `permissions.onAdded`, as when a person grants them some time after pairing. The
 * request is made from the manifest, a page of the extension that runs none of its code; Playwright evaluates
 * with a user gesture, which the call needs and a worker cannot have.
 */
export async function grantHosts(
  context: BrowserContext,
  extensionId: string,
  hosts: readonly string[],
): Promise<void> {
  await allowHosts(context, extensionId, hosts);
  const page = await context.newPage();
  await page.goto(`chrome-extension://${extensionId}/manifest.json`);
  const granted = await page.evaluate((origins) => chrome.permissions.request({ origins }), [...hosts]);
  await page.close();
  if (!granted)
    throw new Error(`Chromium refused ${hosts.join(', ')}: is each in optional_host_permissions?`);
}
