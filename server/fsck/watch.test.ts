import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import type { Person } from '../testing/person.ts';
import { refused } from '../testing/soft-browser.ts';
import { type TestServer, startServer } from '../testing/start.ts';
import { refold } from './refold.ts';

let server: TestServer;
let ana: Person;
beforeAll(async () => {
  server = await startServer();
  ana = await server.person('ana', ['engineer']);
});
afterAll(() => server.remove());

/** What somebody does who has the file and an SQL prompt. */
function edit(sql: string): void {
  const db = new DatabaseSync(join(server.folder, 'countersign.db'));
  db.exec(sql);
  db.close();
}
const makeAdministrator = (handle: string): void =>
  edit(
    `UPDATE state SET "row" = json_set("row", '$.roles[0]', 'administrator') WHERE kind = 'person' AND "row"->>'handle' = '${handle}'`,
  );
const reason = (): string => {
  const { health } = server.services.log;
  return health.ok ? '' : health.reason;
};

describe('case 63: a row of state edited outside the log', () => {
  test('what the server itself writes is no alarm', async () => {
    await ana.pair();
    await server.check();
    expect(server.services.log.health).toEqual({ ok: true });
  });

  test('is found by the next check, names the row, and stops writing', async () => {
    const browser = await ana.pair();
    makeAdministrator('ana');
    await server.check();
    expect(reason()).toMatch(/^The row person \S{22} is not what the log says\. .*`countersign log refold`/);
    expect(await (await fetch(`${server.origin}/readyz`)).text()).toContain(reason());
    expect(await refused(ana.ask(browser, { console: 'vault', seconds: 900 }))).toBe('log_unwritable');
    // reads are served
    expect((await call(browser.send, wire.browserState, {})).person.handle).toBe('ana');
  });

  test('is found again at the next start, before anything is decided on it', async () => {
    await server.stop();
    await server.start();
    expect(reason()).toMatch(/^The row person \S{22} is not what the log says/);
  });

  test('is mended by rebuilding the rows from the log, with the server stopped', async () => {
    await expect(refold(server.folder)).rejects.toThrow(/is running on/);
    await server.stop();
    const { mended } = await refold(server.folder);
    expect(mended).toMatchObject([
      { part: 'state', sentence: expect.stringMatching(/^The row person /) as string },
    ]);
    await server.start();
    expect(server.services.log.health).toEqual({ ok: true });
    await ana.ask(await ana.pair(), { console: 'vault', seconds: 900 });
  });

  test('a row that is gone, and one that nobody made, are found too', async () => {
    await server.stop();
    edit(`DELETE FROM state WHERE kind = 'invitation'`);
    edit(`INSERT INTO state SELECT 'grant', 'made-up', "row" FROM state WHERE kind = 'request'`);
    await server.start();
    expect(reason()).toMatch(/is not what the log says: there is no such|which the log makes, is missing/);
    await server.stop();
    expect((await refold(server.folder)).mended.length).toBeGreaterThanOrEqual(2);
    await server.start();
    expect(reason()).toBe('');
  });

  test('rows are not rebuilt from a log that does not hold', async () => {
    await server.stop();
    edit(
      `DROP TRIGGER segments_no_update; UPDATE segments SET entries = CAST(replace(CAST(entries AS TEXT), 'genesis', 'Genesis') AS BLOB) WHERE first = 0`,
    );
    await expect(refold(server.folder)).rejects.toThrow(/The log itself is not right/);
    await server.start();
    expect(reason()).not.toBe('');
  });
});
