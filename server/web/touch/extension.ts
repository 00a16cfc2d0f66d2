import type { AnswerOf } from '#shared/wire/route.ts';
import type { wire } from '#shared/wire/index.ts';
import { about } from '../state/me.ts';

/** Where the extension's pages live in Chromium; Firefox gives each install an address of its own. */
const chromium = (): string | undefined =>
  about.value?.extensionOrigins.find((origin) => origin.startsWith('chrome-extension://'));

/** Whether the extension is installed here: its probe icon is the one file that this page may fetch from it. */
export async function findExtension(): Promise<boolean> {
  const origin = chromium();
  if (origin === undefined) return false;
  try {
    return (await fetch(`${origin}/icon/idle-16.png`)).ok;
  } catch {
    return false;
  }
}

/** The extension's pair page with what it needs in the fragment, which no server sees. */
export function pairAddress({ ticket, hosts }: AnswerOf<typeof wire.openPairing>): string | undefined {
  const origin = chromium();
  return origin === undefined
    ? undefined
    : `${origin}/pair.html#${location.origin}|${ticket}|${hosts.join(',')}`;
}
