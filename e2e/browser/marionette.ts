import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFirefox } from './find.ts';

/** Firefox, driven over Marionette: BiDi can neither open an add-on's pages nor add an authenticator. */
export type Firefox = {
  /** Any Marionette command, such as `send('WebDriver:Refresh')`; its `value` where it has one. */
  send(command: string, parameters?: object): Promise<unknown>;
  /** Opens an address, `moz-extension:` ones included. */
  open(url: string): Promise<void>;
  /**
   * Runs an async function body in the open page and resolves to what it returns. In an add-on's page `browser`
   * is at hand; the page's own scripts and variables are not changed by it.
   * @param args reach the body as the array `args`; they and the answer travel as JSON
   * @throws with the page's own message when the body throws
   */
  run(body: string, ...args: readonly unknown[]): Promise<unknown>;
  /** Presses with a real pointer, which counts as a person's gesture. */
  click(selector: string): Promise<void>;
  /** Types into the element with trusted keys. */
  type(selector: string, text: string): Promise<void>;
  /** Installs an add-on from a folder or an .xpi, until Firefox ends; its id. */
  install(path: string): Promise<string>;
  /** Puts a hardware key in that verifies its user and is touched at once; the authenticator's id. */
  plugKey(): Promise<string>;
  /** Stops the add-on's background page, as Firefox does after 30 s idle. */
  stopBackground(): Promise<void>;
  /** An address inside the add-on. */
  extensionPage(path: string): string;
  close(): Promise<void>;
};

// An add-on's own host is random unless the profile fixes it; tests need to know its pages' addresses.
const UUID = '5f1e2d3c-4b5a-4697-8877-665544332211';

const preferences = (addonId: string) => ({
  'extensions.webextensions.uuids': JSON.stringify({ [addonId]: UUID }),
  // Optional hosts are granted on request; Firefox's doorhanger is no page and cannot be pressed from here.
  'extensions.webextOptionalPermissionPrompts': false,
  // Only the virtual key answers: a search for real USB keys would wait for one for ever.
  'security.webauth.webauthn_enable_softtoken': true,
  'security.webauth.webauthn_enable_usbtoken': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'app.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'marionette.port': 0,
});

/**
 * Starts Firefox on a temporary profile.
 * @param options.addonId the id in the add-on's manifest (`browser_specific_settings.gecko.id`)
 * @param options.headless default true
 * @param options.program what to start; default the Firefox that is found
 */
export async function launchFirefox(options: {
  addonId: string;
  headless?: boolean;
  program?: string;
}): Promise<Firefox> {
  const path = options.program ?? (await findFirefox()).path;
  const profile = await mkdtemp(join(tmpdir(), 'countersign-firefox-'));
  const lines = Object.entries(preferences(options.addonId)).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  await writeFile(join(profile, 'user.js'), lines.join(''));
  const mode = (options.headless ?? true) ? ['--headless'] : [];
  // Without system access Firefox refuses to open an add-on's pages.
  const driven = ['--marionette', '--remote-allow-system-access', '--no-remote', '--profile', profile];
  const child = spawn(path, [...mode, ...driven], { stdio: 'ignore' });
  const gone = new Promise((exit) => child.once('exit', exit));
  const end = async () => {
    child.kill('SIGKILL');
    await gone;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  let send: Firefox['send'];
  try {
    send = speak(await dial(profile));
    await send('WebDriver:NewSession', { capabilities: { alwaysMatch: {} } });
  } catch (cause) {
    await end();
    throw cause;
  }
  const find = async (selector: string): Promise<unknown> =>
    Object.values(Object(await send('WebDriver:FindElement', { using: 'css selector', value: selector })))[0];
  return {
    send,
    open: async (url) => void (await send('WebDriver:Navigate', { url })),
    run: (body, ...args) =>
      send('WebDriver:ExecuteScript', {
        script: `return (async (args) => { ${body} })(arguments[0])`,
        args: [args],
        sandbox: null,
      }),
    click: async (selector) => {
      await send('WebDriver:ElementClick', { id: await find(selector) });
    },
    type: async (selector, text) => {
      await send('WebDriver:ElementSendKeys', { id: await find(selector), text });
    },
    install: async (addon) => String(await send('Addon:Install', { path: addon, temporary: true })),
    plugKey: async () =>
      String(
        await send('WebAuthn:AddVirtualAuthenticator', {
          protocol: 'ctap2',
          transport: 'usb',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserConsenting: true,
          isUserVerified: true,
        }),
      ),
    stopBackground: async () => {
      await send('Marionette:SetContext', { value: 'chrome' });
      await send('WebDriver:ExecuteScript', {
        script: 'return WebExtensionPolicy.getByID(arguments[0]).extension.terminateBackground()',
        args: [options.addonId],
      });
      await send('Marionette:SetContext', { value: 'content' });
    },
    extensionPage: (page) => `moz-extension://${UUID}/${page}`,
    close: end,
  };
}

/** Connects once Firefox has written the port that it took, and has said hello. */
async function dial(profile: string): Promise<Socket> {
  const until = Date.now() + 30_000;
  while (Date.now() < until) {
    const port = Number(await readFile(join(profile, 'MarionetteActivePort'), 'utf8').catch(() => 0));
    if (port > 0) {
      const socket = connect(port, '127.0.0.1');
      const open = await new Promise<boolean>((said) => {
        socket.once('connect', () => said(true));
        socket.once('error', () => said(false));
      });
      if (open) return socket;
    }
    await new Promise((again) => setTimeout(again, 100));
  }
  throw new Error('Firefox did not open its Marionette port within 30 s: try to start it by hand.');
}

type Refusal = { error: string; message: string };
type Reply = [kind: 1, id: number, refused: Refusal | null, result: unknown];

// Messages are `length:json`; commands are [0, id, name, parameters], and answers come in any order.
function speak(socket: Socket): Firefox['send'] {
  const waiting = new Map<number, (reply: Reply) => void>();
  let heard = Buffer.alloc(0);
  let count = 0;
  socket.on('data', (data: Buffer) => {
    heard = Buffer.concat([heard, data]);
    for (let colon = heard.indexOf(':'); colon > 0; colon = heard.indexOf(':')) {
      const end = colon + 1 + Number(heard.subarray(0, colon));
      if (heard.length < end) return;
      const message: unknown = JSON.parse(heard.subarray(colon + 1, end).toString());
      heard = heard.subarray(end);
      if (isReply(message)) waiting.get(message[1])?.(message); // the rest is the greeting
    }
  });
  socket.on('error', () => socket.destroy());
  socket.once('close', () => {
    for (const answer of waiting.values())
      answer([1, 0, { error: 'closed', message: 'Firefox has gone.' }, null]);
  });
  return (command, parameters = {}) =>
    new Promise((resolve, reject) => {
      const id = ++count;
      waiting.set(id, ([, , refused, result]) => {
        waiting.delete(id);
        if (refused) return reject(new Error(`${command}: ${refused.error}: ${refused.message}`));
        const wrapped = typeof result === 'object' && result !== null && 'value' in result;
        resolve(wrapped ? result.value : result);
      });
      const text = JSON.stringify([0, id, command, parameters]);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
}

const isReply = (message: unknown): message is Reply => Array.isArray(message) && message[0] === 1;
