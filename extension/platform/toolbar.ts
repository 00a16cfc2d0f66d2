import { browser } from './browser.ts';

export type IconState = 'idle' | 'shut' | 'open' | 'warning' | 'attention';
export interface Toolbar {
  icon: IconState;
  /** A few characters, or empty. */
  text: string;
  /** CSS colour of the badge. */
  colour: string;
  title: string;
}

export async function showToolbar({ icon, text, colour, title }: Toolbar): Promise<void> {
  const path = Object.fromEntries([16, 32, 48].map((size) => [size, `/icon/${icon}-${size}.png`]));
  await Promise.all([
    // An icon that cannot be read must not keep the minutes from being shown.
    browser.action.setIcon({ path }).catch(() => undefined),
    browser.action.setBadgeText({ text }),
    browser.action.setBadgeBackgroundColor({ color: colour }),
    browser.action.setBadgeTextColor({ color: '#ffffff' }).catch(() => undefined),
    browser.action.setTitle({ title }),
  ]);
}

/** A desktop notification; the same id replaces the one before. */
export async function notify(id: string, title: string, message: string): Promise<void> {
  const iconUrl = browser.runtime.getURL('icon/warning-128.png');
  await browser.notifications.create(id, { type: 'basic', iconUrl, title, message }).catch(() => undefined);
}
