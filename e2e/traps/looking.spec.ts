import type { Page } from '@playwright/test';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { startIdp } from '../consoles/idp/server.ts';
import { expect, test } from '../fixtures.ts';
import type { Harness } from '../harness/harness.ts';
import { StripOver } from '../harness/strip.ts';
import { formIn, pause, pressStrip, recorded, ungranted, words } from './tools.ts';

/** Presses a button whose form is stopped. Playwright would wait for where it leads until the address is set anew. */
async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name }).click({ noWaitAfter: true });
  await page.evaluate(() => history.replaceState(null, '', location.href));
}

/** What the strip says, polled. */
const says = (page: Page) => expect.poll(async () => (await new StripOver(page).shown())?.words);

test('read-only: what would change something is stopped in its page, and the strip says what; the sign-in works', async ({
  harness,
}) => {
  const page = await harness.tab('mole', '/forms');
  await page.getByLabel('User', { exact: true }).fill('maria');
  await press(page, 'Save user');
  await says(page).toBe('Save user was blocked: you have view-only access');
  // By form.submit(), which fires no submit event.
  await press(page, 'Rotate keys');
  await says(page).toBe('Rotate keys was blocked: you have view-only access');
  await expect(page).toHaveURL(harness.url('mole', '/forms'));
  await expect(page.getByLabel('User', { exact: true })).toHaveValue('maria');

  // Into another tab no page can stop it; there it ends on our page, not on the browser's.
  await page.locator('#user').evaluate((form: HTMLFormElement) => (form.target = '_blank'));
  const opened = page.context().waitForEvent('page');
  await press(page, 'Save user');
  await expect(
    (await opened).getByText('Blocked: you have view-only access. Nothing was sent.'),
  ).toBeVisible();

  await page.goto(harness.url('mole'));
  await page.getByRole('button', { name: 'Purge orders' }).click();
  await says(page).toBe('Purge orders was blocked: you have view-only access');
  expect(await new StripOver(page).shown()).toMatchObject({ buttons: ['Request access'] });
  await pause(2000); // until then it would be the press's doing
  await page.evaluate(() => fetch('/api/queues/7', { method: 'DELETE' }).catch(() => undefined));
  await says(page).toBe('DELETE /api/queues/7 was blocked: you have view-only access');
  const sent = () => harness.reached('mole').filter((line) => !line.startsWith('GET'));
  expect(sent()).toEqual([]);

  await page.goto(harness.url('mole', '/sign-in'));
  await page.getByLabel('User').fill('maria');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('POST /login.')).toBeVisible();
  expect(sent()).toEqual(['POST /login']);
  const told = async () => words(await ungranted(harness, 'mole')).join('\n');
  for (const what of ['POST /users', 'POST /rotate', 'POST /api/do/purge/orders', 'DELETE /api/queues/7'])
    await expect.poll(told).toContain(`${what} (stopped)`);
});

test('a grant to view: the page stays, and Request access leads to changing', async ({ harness }) => {
  const { page } = await harness.opened('harbour', '/forms', { level: 'View' });
  await press(page, 'Save user');
  await says(page).toMatch(/^Save user was blocked: you have view-only access/);
  await pressStrip(page, 'Request access');
  const form = await formIn(page);
  await harness.ask(form);
  await harness.cleo.decide(await harness.waiting(), 'approve');
  await harness.start(form);
  await says(page).toMatch(/^Change access/);
  await page.getByRole('button', { name: 'Save user' }).click();
  await expect(page.getByText('POST /users.')).toBeVisible();
  expect(words(await recorded(harness, 'harbour')).join('\n')).not.toContain('(stopped)');
  await pressStrip(page, 'End');
  await pressStrip(page, 'End now?');
  await expect(page).toHaveURL(/gate\.html#/);
  const running = async () =>
    (await call(harness.cleo.send, wire.live, {})).sessions.filter(
      ({ session }) => session.ended === undefined,
    );
  await expect.poll(running, 'both grants ended').toEqual([]);
});

/** From a page of this host: by fetch, beacon, worker, frame without an origin, and socket. */
async function send(harness: Harness, host: string, to: string): Promise<{ page: Page; outcomes: string[] }> {
  const page = await harness.browser.context.newPage();
  await page.goto(harness.own.origin(host));
  const outcomes = await page.evaluate(async (http) => {
    const post = `fetch('${http}/api/do/NAME', { method: 'POST', mode: 'no-cors' }).then(() => 'sent', () => 'blocked')`;
    const worker = new Worker(
      URL.createObjectURL(new Blob([`${post.replace('NAME', 'worker')}.then(postMessage)`])),
    );
    const frame = document.createElement('iframe');
    frame.sandbox.add('allow-scripts');
    frame.srcdoc = `<script>${post.replace('NAME', 'frame')}.then((said) => parent.postMessage(said, '*'))</script>`;
    const socket = new WebSocket(`${http.replace('http', 'ws')}/ticks`);
    navigator.sendBeacon(`${http}/api/do/beacon`, 'x');
    document.body.append(frame);
    const said = (from: EventTarget) =>
      new Promise<string>((done) =>
        from.addEventListener('message', (event) => done(String((event as MessageEvent).data)), {
          once: true,
        }),
      );
    return Promise.all([
      fetch(`${http}/api/do/fetch`, { method: 'POST', mode: 'no-cors' }).then(
        () => 'sent',
        () => 'blocked',
      ),
      said(worker),
      said(window),
      new Promise<string>((done) =>
        Object.assign(socket, { onopen: () => done('sent'), onerror: () => done('blocked') }),
      ),
    ]);
  }, to);
  return { page, outcomes };
}

test('case 99: what other sites would change in a watched or open console is stopped and counted; their forms pass and are recorded', async ({
  harness,
}) => {
  await harness.opened('harbour');
  for (const console of ['pier', 'harbour'] as const) {
    harness.own.clear();
    const { page, outcomes } = await send(harness, 'elsewhere.localhost', harness.url(console, ''));
    expect(outcomes, console).toEqual(Array(4).fill('blocked'));
    expect(harness.reached(console)).toEqual([]);
    await page.setContent(
      `<form action="${harness.url(console, '/users')}" method="post"><button>Send</button></form>`,
    );
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(page.getByText('POST /users.')).toBeVisible();
    expect((await send(harness, 'partner.localhost', harness.url(console, ''))).outcomes[0]).toBe('sent');
    expect(harness.reached(console)).toContain('POST /api/do/beacon');
  }
  // A console that may be looked at: the browser is asked once it has loaded.
  const looked = await harness.tab('mole', '/live');
  await says(looked).toBe('The live connection was blocked: you have view-only access');
  const told = async () => [
    words(await ungranted(harness, 'pier')).join('\n'),
    words(await recorded(harness, 'harbour')).join('\n'),
  ];
  for (const at of [0, 1]) {
    await expect.poll(async () => (await told())[at]).toMatch(/Blocked \d requests from other sites/);
    expect((await told())[at]).toContain('POST /users (200)');
  }
});

/** From a frame of no origin in this page, sandboxed or at `data:`: by fetch and by socket. */
const fromFrame = (page: Page, kind: 'sandbox' | 'data', to: string): Promise<string> =>
  page.evaluate(
    ({ kind, to }) => {
      const script = `const socket = new WebSocket('${to.replace('http', 'ws')}/ticks');
        Promise.all([
          fetch('${to}/api/do/${kind}', { method: 'POST', mode: 'no-cors' }).then(() => 'sent', () => 'blocked'),
          new Promise((done) => Object.assign(socket, { onopen: () => done('sent'), onerror: () => done('blocked') })),
        ]).then((said) => parent.postMessage(said.join(), '*'))`;
      const frame = document.createElement('iframe');
      if (kind === 'sandbox') {
        frame.sandbox.add('allow-scripts');
        frame.srcdoc = `<script>${script}</script>`;
      } else frame.src = `data:text/html,${encodeURIComponent(`<script>${script}</script>`)}`;
      document.body.append(frame);
      return new Promise<string>((done) =>
        addEventListener('message', ({ data }) => done(String(data)), { once: true }),
      );
    },
    { kind, to },
  );

test('frames of no origin change nothing in a console and hold no socket to one; hosts outside policy they do reach', async ({
  harness,
}) => {
  await harness.opened('harbour');
  const outside = harness.own.origin('elsewhere.localhost');
  for (const within of ['mole', 'pier'] as const) {
    const page = await harness.tab(within);
    for (const kind of ['sandbox', 'data'] as const) {
      for (const console of ['harbour', 'pier', 'quay', 'mole'] as const)
        expect([within, kind, console, await fromFrame(page, kind, harness.url(console, ''))]).toEqual([
          within,
          kind,
          console,
          'blocked,blocked',
        ]);
      expect(await fromFrame(page, kind, outside), `${within}, ${kind}`).toBe('sent,sent');
    }
  }
  for (const console of ['harbour', 'pier', 'quay', 'mole'] as const)
    expect(harness.reached(console).filter((line) => !line.startsWith('GET'))).toEqual([]);
});

/** Signs in from the console's own page, by the pages of a real identity provider. */
const providers = {
  'By OpenID Connect': async (page: Page) => {
    await page.getByPlaceholder('Enter any login').fill('maria');
    await page.getByPlaceholder('and password').fill('hunter2');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
  },
  'By SAML': async (page: Page) => {
    await page.getByLabel('Who are you?').fill('maria');
    await page.getByRole('button', { name: 'Sign in' }).click();
  },
};

test('sign-ins that come back by a form of the identity provider’s site pass: OpenID Connect’s form_post and SAML’s HTTP-POST', async ({
  harness,
}) => {
  const consoles = ['harbour', 'pier', 'mole'] as const; // open to change, watched, and to look at only
  const idp = await startIdp(consoles.map((console) => new URL(harness.url(console)).origin));
  harness.own.signInAt(idp);
  const { page: harbour } = await harness.opened('harbour', '/sign-in');
  for (const console of consoles) {
    const page = console === 'harbour' ? harbour : await harness.tab(console, '/sign-in');
    for (const [name, signIn] of Object.entries(providers)) {
      await page.goto(harness.url(console, '/sign-in'));
      await page.getByRole('link', { name }).click();
      await expect(page).toHaveURL((url) => url.origin === idp.issuer);
      await signIn(page);
      await expect(page, `${console}, ${name}`).toHaveURL(harness.url(console, '/account'));
      await expect(page.getByText('Signed in: maria.')).toBeVisible();
      await page.context().clearCookies({ domain: /^(idp|harbour|pier|mole)\.localhost$/ });
    }
    const posts = harness.reached(console).filter((line) => line.startsWith('POST'));
    expect(posts, console).toEqual(['POST /sso/oidc', 'POST /sso/saml']);
    const told = () => (console === 'harbour' ? recorded(harness, console) : ungranted(harness, console));
    // Where one may only look, sign-ins pass as what policy says only reads, which is not recorded.
    for (const path of console === 'mole' ? [] : ['/sso/oidc', '/sso/saml'])
      await expect.poll(async () => words(await told())).toContain(`POST ${path} (303)`);
    expect(JSON.stringify(await told())).not.toMatch(/maria|hunter2|SAMLResponse|code=|state=/);
  }
  await idp.stop();
});
