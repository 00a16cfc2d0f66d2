import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { Person as SoftPerson } from '../../server/testing/person.ts';
import { refused, SoftBrowser } from '../../server/testing/soft-browser.ts';
import { startServer } from '../harness/server.ts';
import { expectShut } from '../harness/harness.ts';
import { expect, test } from './fixtures.ts';
import { widerThanItsWindow } from './notifications.ts';

const SCRIPT = `<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>`;
/** Right-to-left override, which would turn “exe.fdp” into “pdf.exe” on the screen. */
const BIDI = 'Open invoice \u{202e}fdp.exe\u{202c} for the customer';

test('scripts, bidirectional controls and 10,000 characters: text, cut where shown, kept whole', async ({
  harness,
  cleo,
}) => {
  const { page: office } = cleo;
  const tail = 'the last words';
  const why = `${SCRIPT} ${BIDI} `.padEnd(10_000 - tail.length, 'long ') + tail;
  const page = await harness.tab('harbour');
  await harness.ask(page, { why });
  await expect(page.getByText('Waiting for approval')).toBeVisible();
  const request = await harness.waiting();
  expect(request.justification?.text).toBe(why);

  await office.goto(`${harness.server.origin}/requests/${request.id}`);
  const shown = office.getByRole('definition').filter({ hasText: '<img src=x' });
  await expect(shown).toContainText('<script>window.pwned=1</script>');
  await expect(shown.getByRole('img', { name: /right-to-left/i })).toBeVisible();
  await expect(shown).not.toContainText(tail);
  expect(await shown.textContent()).not.toMatch(/[\u{202a}-\u{202e}\u{2066}-\u{2069}]/u);
  await shown.getByRole('button', { name: /^Show all/ }).click();
  await expect(shown).toContainText(tail);
  expect(await widerThanItsWindow(office)).toEqual([]);
  await office.getByRole('button', { name: 'Approve with your key' }).click();
  await expect(office.getByText('Outcome')).toBeVisible();
  await harness.start(page);
  await page.waitForURL(harness.url('harbour'));

  await office.goto(`${harness.server.origin}/sessions`);
  await office.getByRole('link', { name: 'ben on Harbour' }).first().click();
  await expect(office.getByText('<script>window.pwned=1</script>').first()).toBeVisible();
  await office.goto(`${harness.server.origin}/log`);
  await expect(office.getByText(/^Requested access to change harbour/).first()).toBeVisible();
  await office.goto(harness.server.origin);
  await expect(office.getByText('<img src=x').first()).toBeVisible();
  expect(await widerThanItsWindow(office)).toEqual([]);
  for (const place of [page, office]) expect(await place.evaluate(() => 'pwned' in window)).toBe(false);
});

test('one character more than 10,000 is refused at the field, and what was typed stays', async ({
  harness,
}) => {
  const page = await harness.tab('quay');
  const why = page.getByLabel('Justification');
  await harness.ask(page, { why: 'x'.repeat(10_001) });
  await expect(page.getByText('Shorten this to 10000 characters')).toBeVisible();
  await expect(why).toHaveValue('x'.repeat(10_001));
  await expectShut(page);
});

test('cookies: none, somebody’s from another server, another person’s', async ({ harness }) => {
  const { origin } = harness.server;
  const page = await harness.tab('harbour');
  await harness.ask(page, { why: 'Payroll of mia' });
  const request = await harness.waiting();
  const get = async (path: string, cookie: string) => {
    const answer = await fetch(origin + path, { headers: { cookie } });
    return { status: answer.status, text: await answer.text() };
  };
  const elsewhere = await startServer();
  try {
    const stranger = new SoftPerson({ webOrigin: elsewhere.origin, rpId: 'localhost' }, 'ada');
    await stranger.enrol(elsewhere.setupLink.split('#')[1] ?? '');
    for (const cookie of ['', '__Host-countersign=x', stranger.cookie])
      for (const path of [
        '/api/inbox',
        `/api/requests/${request.id}`,
        '/api/live',
        '/api/people',
        '/api/log/entries',
        '/log/tile/entries/000.p/1',
      ]) {
        const { status, text } = await get(path, cookie);
        expect([401, 403], `${path} with "${cookie}"`).toContain(status);
        expect(text).not.toMatch(/Payroll|ben|cleo|harbour/i);
      }
    // Its key is enrolled there and not here.
    const draft = await call(harness.cleo.send, wire.prepareSignIn, { body: {} });
    const { log, nonce, expires, head } = draft;
    const touch = stranger.key.touch({ type: 'sign-in', log, nonce, expires, head });
    expect(
      await refused(call(new SoftPerson(harness.cleo.place, 'x').send, wire.signIn, { body: { touch } })),
    ).toBe('key_unknown');
  } finally {
    await elsewhere.stop();
  }

  // The engineer's own cookie opens nothing of others, and another person's touch does not decide with it.
  const [cookie] = (await harness.ben.context.cookies(origin)).filter(({ name }) =>
    name.includes('countersign'),
  );
  const asBen = new SoftPerson(harness.cleo.place, 'ben');
  asBen.cookie = `${cookie?.name}=${cookie?.value}`;
  expect(await refused(call(asBen.send, wire.live, {}))).toBe('forbidden');
  expect(await refused(call(asBen.send, wire.listEntries, { query: {} }))).toBe('forbidden');
  const { statement } = await harness.cleo.decision(request, 'approve');
  const borrowed = { params: { request: request.id }, body: { touch: harness.cleo.key.touch(statement) } };
  expect(await refused(call(asBen.send, wire.decide, borrowed))).toBe('forbidden');
  expect(await refused(call(harness.ada.send, wire.decide, borrowed))).toBe('may_not_decide');
  expect((await harness.waiting()).status).toBe('waiting');
  await expect(page.getByText('Waiting for approval')).toBeVisible();
});

test('another site that the engineer has open cannot speak with the engineer’s sign-in', async ({
  harness,
}) => {
  const page = await harness.tab('pier');
  const { origin } = harness.server;
  const tried = await page.evaluate(async (server) => {
    const attempt = (mode: RequestMode, type: string) =>
      fetch(`${server}/api/sign-out`, {
        method: 'POST',
        mode,
        credentials: 'include',
        headers: { 'content-type': type },
        body: '{}',
      }).then(
        ({ status }) => status,
        () => 'refused',
      );
    const read = fetch(`${server}/api/me`, { credentials: 'include' }).then(
      ({ status }) => status,
      () => 'refused',
    );
    return [await attempt('cors', 'application/json'), await attempt('no-cors', 'text/plain'), await read];
  }, origin);
  // "no-cors" may be sent, and shows its sender nothing: not even a status.
  expect(tried).toEqual(['refused', 0, 'refused']);
  await harness.ben.page.goto(origin);
  await expect(harness.ben.page.getByRole('heading', { name: 'Inbox' })).toBeVisible();
});

test('a browser that nobody paired may neither ask nor record', async ({ harness }) => {
  const stray = new SoftBrowser(harness.server.origin);
  stray.id = 'A'.repeat(22);
  stray.log = `${new URL(harness.server.origin).host}/1`;
  expect(await refused(call(stray.send, wire.askRequest, { body: stray.ask({ console: 'harbour' }) }))).toBe(
    'browser_unknown',
  );
  expect((await call(harness.cleo.send, wire.inbox, {})).toDecide).toEqual([]);
});
