import { chromium, type BrowserContext } from '@playwright/test';
import { findChromium } from '../browser/find.ts';
import { type Browser, launchBrowser } from '../browser/launch.ts';
import { VirtualKey } from '../browser/virtual-key.ts';
import type { ConsoleHandle } from '../consoles/handle.ts';
import { startNodeRed } from '../consoles/node-red.ts';
import { startOwnConsole } from '../consoles/own/server.ts';
import { enrol, invite, pair, type Person, skipSecondKey } from '../harness/people.ts';
import { type Server, startServer } from '../harness/server.ts';
import { extensionDir } from '../harness/harness.ts';
import { demoPolicy } from './policy.ts';

/** Everybody and everything that the story takes. */
export type Cast = {
  server: Server;
  nodeRed: ConsoleHandle;
  browser: Browser;
  /** The engineer, in the browser with the extension. */
  ben: Person;
  /** The approver and auditor, in another browser. */
  cleo: Person;
  /** What a verifier pins. */
  logKey: string;
  close: () => Promise<void>;
};

/** Starts the real parts and brings everybody to where the story begins: enrolled, paired, signed in. */
export async function assemble(headed: boolean, say: (sentence: string) => void): Promise<Cast> {
  const nodeRed = await startNodeRed({ say });
  const harbour = await startOwnConsole();
  const server = await startServer({
    policy: demoPolicy(nodeRed.origin('nodered.localhost'), harbour.origin('harbour.localhost')),
  });
  const { path: executablePath } = await findChromium(say);
  const office = await chromium.launch({ executablePath, headless: !headed, args: ['--no-sandbox'] });
  const browser = await launchBrowser({ extensionDir, headless: !headed });
  const someone = async (handle: string, context: BrowserContext): Promise<Person> => {
    const key = new VirtualKey();
    await key.follow(context);
    return { handle, context, key, page: context.pages()[0] ?? (await context.newPage()) };
  };
  const view = { viewport: { width: 1280, height: 900 } };
  const ada = await someone('ada', await office.newContext(view));
  await enrol(ada, server.setupLink);
  await skipSecondKey(ada);
  const cleo = await someone('cleo', await office.newContext(view));
  await enrol(cleo, await invite(ada, server.origin, 'cleo', ['approver', 'auditor']));
  await skipSecondKey(cleo);
  const ben = await someone('ben', browser.context);
  await enrol(ben, await invite(ada, server.origin, 'ben', ['engineer']));
  await skipSecondKey(ben);
  await ada.context.close();
  const hosts = ['localhost', 'nodered.localhost', 'harbour.localhost'];
  await browser.allowHosts(hosts.flatMap((host) => [`http://${host}/*`, `https://${host}/*`]));
  await pair(ben, server.origin);
  const about = (await (await fetch(`${server.origin}/api/about`)).json()) as {
    logKey: string;
  };
  return {
    server,
    nodeRed,
    browser,
    ben,
    cleo,
    logKey: about.logKey,
    async close() {
      await Promise.allSettled([browser.close(), office.close()]);
      await Promise.allSettled([server.stop(), nodeRed.stop(), harbour.stop()]);
    },
  };
}
