import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fromBase64url } from '#shared/bytes.ts';
import { commit } from '#shared/domain/signing.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { openDatabase } from '../db/open.ts';
import { erasure } from '../testing/erasure.ts';
import { verdictOf } from '../testing/log-files.ts';
import type { Person } from '../testing/person.ts';
import { testPolicy } from '../testing/policy.ts';
import { type SoftBrowser, refused } from '../testing/soft-browser.ts';
import { type TestServer, startServer } from '../testing/start.ts';
import { eraseAgain, eraseOld } from '../erasure/retention.ts';

let server: TestServer;
let second: Person;
let ana: Person;
let browser: SoftBrowser;
beforeEach(async () => {
  server = await startServer();
  second = await server.person('second', ['administrator']);
  ana = await server.person('ana', ['engineer']);
  browser = await ana.pair();
});
afterEach(() => server.remove());

const marker = 'The secret of Zanzibar';

/** A session of ana's, over, with texts of every kind in it. */
async function session(): Promise<string> {
  const asked = await ana.ask(browser, { console: 'queue', seconds: 900 }, `${marker}: why`);
  const { session: id = '', id: grant } = await ana.activate(browser, asked.id);
  await browser.deliver(browser.batch([{ console: 'queue', session: id, words: `${marker}: did` }]));
  await server.admin.revoke(grant, `${marker}: revoked`);
  return id;
}

const erasable = (of: { session: string } | { request: string }) =>
  call(server.admin.send, wire.erasable, { query: of });

async function verdict(): Promise<string> {
  const { state, sentence } = await verdictOf(server);
  return `${state}: ${sentence}`;
}

const rawBytes = (): Buffer =>
  Buffer.concat(
    readdirSync(server.folder)
      .map((name) => join(server.folder, name))
      .filter((path) => statSync(path).isFile())
      .map((path) => readFileSync(path)),
  );

describe('erasing on demand', () => {
  test('takes two administrators; then the bytes are gone, the log verifies, and it is said who did it', async () => {
    const id = await session();
    const { entries, texts, open } = await erasable({ session: id });
    expect({ texts, open }).toEqual({ texts: 3, open: false });
    const [, salt] = [...rawSalts(entries)];
    expect(rawBytes().includes(marker)).toBe(true);
    expect(rawBytes().includes(Buffer.from(marker, 'utf16le'))).toBe(false);
    expect(rawBytes().includes(salt ?? '')).toBe(true);

    const act = erasure(entries);
    await server.appends(['act.proposed'], () => act.propose(server.admin));
    expect(rawBytes().includes(marker)).toBe(true);
    const done = await server.appends(['detail.erased'], () => act.confirm(second));
    expect(done.act).toMatchObject({
      status: 'done',
      by: { handle: 'root' },
      confirmedBy: { handle: 'second' },
    });

    const shown = await call(ana.send, wire.showSession, { params: { session: id }, query: { after: -1 } });
    expect(shown.request.justification).toBeNull();
    expect(shown.request.erased?.by.map(({ handle }) => handle)).toEqual(['root', 'second']);
    expect(shown.actions[0]).toMatchObject({ detail: null, erased: { entry: server.services.log.size - 1 } });
    expect(await verdict()).toMatch(/^ok/);
    await expect.poll(() => rawBytes().includes(marker), { timeout: 5000 }).toBe(false);
    expect(rawBytes().includes(salt ?? '')).toBe(false);
  });

  const rawSalts = function* (entries: readonly number[]): Generator<Buffer> {
    for (const entry of entries) {
      const found = server.services.log.entry(entry);
      const commitment =
        found.type === 'request.asked'
          ? (JSON.parse(found.body.ask.text) as { justification: string }).justification
          : found.type === 'actions.recorded'
            ? ((JSON.parse(found.body.batch.text) as { actions: { detail: string }[] }).actions[0]?.detail ??
              '')
            : '';
      const detailRow = commitment && server.services.log.detail(fromBase64url(commitment));
      if (detailRow) yield Buffer.from(detailRow.salt);
    }
  };

  test('not by one person twice, not by somebody who is no administrator, not over other entries (cases 8, 21, 22)', async () => {
    const { entries } = await erasable({ session: await session() });
    const act = erasure(entries);
    expect(await refused(act.propose(ana))).toBe('forbidden');
    await act.propose(server.admin);
    expect(await refused(act.confirm(server.admin))).toBe('own_act');
    expect(await refused(act.confirm(ana))).toBe('forbidden');
    const other = await second.touch('erasure', { act: act.act, entries: [0], reason: act.reason });
    expect(
      await refused(call(second.send, wire.confirmAct, { params: { act: act.act }, body: { touch: other } })),
    ).toBe('statement_mismatch');
    await server.admin.changeRoles(second.id, ['engineer']);
    expect(await refused(act.confirm(second))).toBe('forbidden');
    expect(rawBytes().includes(marker)).toBe(true);
  });

  test('whoever proposed and lost the role does not count, and a proposal does not wait for ever', async () => {
    const { entries } = await erasable({ session: await session() });
    const third = await server.person('third', ['administrator']);
    const act = erasure(entries);
    await act.propose(third);
    await server.admin.disable(third.id);
    expect(await refused(act.confirm(second))).toBe('no_longer_open');
    const late = erasure(entries);
    await late.propose(server.admin);
    server.clock.pass(24 * 3_600_000 + 1);
    await second.signIn();
    expect(await refused(late.confirm(second))).toBe('no_longer_open');
  });

  test('confirmed and withdrawn at once, or confirmed twice: one final state', async () => {
    const { entries } = await erasable({ session: await session() });
    const third = await server.person('third', ['administrator']);
    const act = erasure(entries);
    await act.propose(server.admin);
    const results = await Promise.allSettled([
      act.confirm(second),
      act.confirm(third),
      act.withdraw(server.admin),
    ]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const kinds = server.entries().filter(({ type }) => type === 'detail.erased' || type === 'act.withdrawn');
    expect(kinds).toHaveLength(1);
    expect(await verdict()).toMatch(/^ok/);
  });

  test('what still runs is said to be open', async () => {
    const asked = await ana.ask(browser, { console: 'queue', seconds: 900 });
    const { session: id = '' } = await ana.activate(browser, asked.id);
    expect((await erasable({ session: id })).open).toBe(true);
    expect((await erasable({ request: asked.id })).open).toBe(true);
  });

  test('without its salt a commitment does not give the text away that everybody could guess', async () => {
    const asked = await ana.ask(browser, { console: 'queue', seconds: 900 }, 'yes');
    const { justification } = server.services.log.state.get('request', asked.id) ?? {};
    expect(asked.justification && commit(asked.justification.salt, 'yes')).toBe(justification);
    for (const salt of [new Uint8Array(32), new Uint8Array(32).fill(1), fromBase64url(asked.hash)])
      expect(commit(Buffer.from(salt).toString('base64url'), 'yes')).not.toBe(justification);
  });
});

describe('retention', () => {
  const keeping = (days: number): string => `${testPolicy}\nretention: P${days}D\n`;

  test('erases what is older, in one entry, keeps what is open, and says nothing twice', async () => {
    await server.remove();
    server = await startServer(keeping(10));
    ana = await server.person('ana', ['engineer']);
    browser = await ana.pair();
    const id = await session();
    expect(await eraseOld(server.services)).toBe(false);
    server.clock.pass(11 * 86_400_000);
    await server.wake();
    await ana.signIn();
    const open = await ana.ask(browser, { console: 'vault', seconds: 900 }, 'Still needed');
    await server.appends(['detail.erased'], () => eraseOld(server.services));
    await server.appends([], () => eraseOld(server.services));
    const shown = await call(ana.send, wire.showSession, { params: { session: id }, query: { after: -1 } });
    expect(shown.actions[0]).toMatchObject({ detail: null, erased: { by: [] } });
    const still = await call(ana.send, wire.showRequest, { params: { request: open.id } });
    expect(still.request.justification?.text).toBe('Still needed');
    expect(await verdict()).toMatch(/^ok/);
    await expect.poll(() => rawBytes().includes(marker), { timeout: 5000 }).toBe(false);
  });

  test('a database from before an erasure, under a log that has it, is erased again at start', async () => {
    const { entries } = await erasable({ session: await session() });
    const database = await openDatabase(server.folder);
    const rows = await database.reader.selectFrom('details').selectAll().execute();
    const act = erasure(entries);
    await act.propose(server.admin);
    await act.confirm(second);
    const back = database.raw.prepare('UPDATE details SET salt = ?, detail = ? WHERE commitment = ?');
    for (const { salt, detail: text, commitment } of rows) back.run(salt, text, commitment);
    await database.close();
    expect(rawBytes().includes(marker)).toBe(true);
    await server.stop();
    await server.start();
    await eraseAgain(server.services);
    await expect.poll(() => rawBytes().includes(marker), { timeout: 5000 }).toBe(false);
  });

  test('a wrong retention is refused with its field', async () => {
    const { parsePolicy } = await import('#shared/policy/parse.ts');
    for (const text of ['90 days', 'PT1H', 'P9999D'])
      expect(parsePolicy(`${testPolicy}\nretention: ${text}\n`), text).toMatchObject({
        ok: false,
        problems: [{ field: 'retention' }],
      });
    expect(parsePolicy(keeping(90))).toMatchObject({ ok: true, policy: { retention: 90 * 86_400 } });
  });
});
