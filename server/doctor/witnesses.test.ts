import { noteText } from '#shared/log/note/note.ts';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromBase64url } from '#shared/bytes.ts';
import { browserKeyName, cosign, cosignerKey } from '#shared/log/note/cosignature.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { countersign } from '../testing/command.ts';
import type { Person } from '../testing/person.ts';
import type { SoftBrowser } from '../testing/soft-browser.ts';
import { type TestServer, startServer } from '../testing/start.ts';

let server: TestServer;
let other: TestServer;
let ana: Person;
let browser: SoftBrowser;
const anchors = mkdtempSync(join(tmpdir(), 'countersign-anchors-'));
const worm = join(anchors, 'worm');

beforeAll(async () => {
  [server, other] = [await startServer(), await startServer()];
  ana = await server.person('ana', ['engineer']);
  browser = await ana.pair();
});
afterAll(async () => {
  await server.remove();
  await other.remove();
  rmSync(anchors, { recursive: true, force: true });
});

async function configure(of: TestServer, yaml: string): Promise<void> {
  await of.stop();
  writeFileSync(join(of.folder, 'witnesses.yaml'), yaml);
  await of.start();
}
async function cosigns(by: SoftBrowser): Promise<void> {
  const { note } = server.services.log.head;
  const key = cosignerKey(browserKeyName(by.log, by.id), fromBase64url(by.publicKey));
  const text = noteText(note);
  const seconds = Math.floor(server.clock.wall() / 1000);
  const line = await cosign(text, key, (message) => by.signBytes(message), seconds);
  await call(by.send, wire.cosignCheckpoint, { body: { checkpoint: note, line } });
}

interface Found {
  check: string;
  state: string;
  sentence: string;
  next?: string;
}
const doctor = async (check: string): Promise<Found[]> => {
  const { out } = await countersign(['doctor', '--json'], {
    COUNTERSIGN_DATA: server.folder,
    COUNTERSIGN_ORIGIN: server.origin,
  });
  const { findings } = JSON.parse(out) as { findings: Found[] };
  return findings.filter((found) => found.check === check);
};
const tried = (): { name: string; size: number; trouble?: string }[] =>
  JSON.parse(readFileSync(join(server.folder, 'anchors.json'), 'utf8')) as ReturnType<typeof tried>;
const settled = (size: number) =>
  expect
    .poll(() => tried().map((anchor) => [anchor.size === size, anchor.trouble !== undefined]), {
      timeout: 20_000,
    })
    .toEqual([
      [true, false],
      [false, true],
      [true, false],
    ]);

describe('doctor and witnesses', { timeout: 60_000 }, () => {
  test('where nobody has cosigned and nobody outside is named, says what to do', async () => {
    expect(await doctor('witnesses')).toEqual([
      {
        check: 'witnesses',
        state: 'warn',
        sentence: expect.stringContaining('No browser has cosigned') as string,
        next: expect.stringContaining('Every paired browser') as string,
      },
    ]);
    expect(await doctor('anchors')).toEqual([
      expect.objectContaining({ state: 'warn', next: expect.stringContaining('witnesses.yaml') as string }),
    ]);
  });

  test('says how far each anchor is, when it was reached, and what failed', async () => {
    await configure(other, `logs: ['${server.services.log.verifierKey}']\n`);
    const { vkey = '', key } = other.services.witnesses.signer ?? {};
    await configure(
      server,
      `witnesses: [{ url: '${other.origin}', key: '${vkey}' }]\ngit: ['${join(anchors, 'no-clone')}']\nfolders: ['${worm}']\n`,
    );
    const { size } = server.services.log.head;
    await settled(size);
    const [witness, git, folder] = await doctor('anchors');
    for (const [found, name] of [
      [witness, `witness ${key?.name}`],
      [folder, 'folder worm'],
    ] as const)
      expect(found).toMatchObject({
        state: 'ok',
        sentence: expect.stringMatching(
          new RegExp(`^The ${name} has ${size} of ${size} entries; it was reached at 20\\d\\d-.*Z\\.$`),
        ) as string,
      });
    expect(git).toMatchObject({
      state: 'warn',
      sentence: expect.stringMatching(
        new RegExp(
          `^The Git repository no-clone has nothing, ${size} behind; it was never reached\\. The last try failed: There is no .*no-clone\\. Make the clone`,
        ),
      ) as string,
    });
  });

  test('says so where the log went on and the server does not hand it on, also once it is stopped', async () => {
    const { size } = server.services.log.head;
    await server.wake();
    await server.wake();
    await server.stop();
    const [, , folder] = await doctor('anchors');
    expect(folder?.sentence).toContain(`has ${size} of ${size + 2} entries, 2 behind; it was reached at`);
    await server.start();
    await settled(size + 2);
    // When it was reached last is known before it is reached again.
    await server.stop();
    const before = tried();
    await server.start();
    expect(server.services.witnesses.anchors.map(({ status }) => status.time !== undefined)).toEqual(
      before.map(({ trouble }) => trouble === undefined),
    );
  });

  test('an anchor that has more than this server holds fails, and so does a fork', async () => {
    const { size } = server.services.log.head;
    writeFileSync(join(worm, `checkpoint-${String(size + 9).padStart(12, '0')}`), 'later');
    await server.stop();
    await server.start();
    await server.wake();
    await expect.poll(() => tried()[2]?.trouble, { timeout: 20_000 }).toContain('the log went back');
    const db = new DatabaseSync(join(server.folder, 'countersign.db'));
    db.prepare('INSERT INTO forks (browser, time, held, shown) VALUES (?, 1, ?, ?)').run(
      browser.id,
      'a',
      'b',
    );
    db.close();
    expect((await doctor('anchors'))[2]).toMatchObject({
      state: 'fail',
      sentence: expect.stringMatching(/^The folder worm disagrees\. .*the log went back/) as string,
      next: expect.stringContaining('When a witness disagrees') as string,
    });
    expect((await doctor('witnesses')).map(({ state }) => state)).toContain('fail');
  });

  test('a file that cannot be read, and an anchor that has not been tried yet', async () => {
    const path = join(server.folder, 'witnesses.yaml');
    const kept = readFileSync(path);
    writeFileSync(path, `folders: ['relative']\n`);
    expect(await doctor('witnesses')).toMatchObject([
      { state: 'fail', sentence: expect.stringContaining('folders.0') as string },
    ]);
    mkdirSync(join(anchors, 'new'));
    writeFileSync(path, `folders: ['${join(anchors, 'new')}']\n`);
    expect(await doctor('anchors')).toMatchObject([
      { state: 'warn', sentence: `The folder ${basename(join(anchors, 'new'))} has not been tried yet.` },
    ]);
    writeFileSync(path, kept);
  });
});

describe('log head and cosignatures', () => {
  const head = (...args: string[]) => countersign(['log', 'head', server.folder, ...args]);

  test('counts people and browsers, and names the witnesses outside', async () => {
    const second = await ana.pair();
    const admins = await server.admin.signIn().then(() => server.admin.pair());
    for (const by of [browser, second, admins]) await cosigns(by);
    const { size, note } = server.services.log.head;
    const { status, out, err } = await head();
    expect([status, out]).toEqual([0, note]);
    expect(err).toMatch(
      new RegExp(`^2 people cosigned this history through 3 browsers \\(.*\\), all ${size} entries at`, 'm'),
    );
    const { name } = other.services.witnesses.signer?.key ?? { name: '' };
    expect(err).toMatch(new RegExp(`^${name} cosigned \\d+ of ${size} entries at`, 'm'));

    const { witnessed } = JSON.parse((await head('--json')).out) as {
      witnessed: { people: number; cosignatures: Record<string, unknown>[]; findings: object[] };
    };
    expect(witnessed.people).toBe(2);
    expect(witnessed.cosignatures.map(({ kind, person, size }) => [kind, person, size])).toEqual(
      expect.arrayContaining([
        ['browser', 'ana', size],
        ['browser', 'ana', size],
        ['browser', 'root', size],
        ['outside', undefined, expect.any(Number)],
      ]),
    );
    expect(witnessed.findings.length).toBeGreaterThanOrEqual(2);
    expect((await doctor('witnesses'))[0]).toMatchObject({
      state: 'ok',
      sentence: expect.stringContaining('2 people cosigned') as string,
    });
  });

  test('a cosignature that does not hold fails, and a database that cannot be read leaves the note', async () => {
    const db = new DatabaseSync(join(server.folder, 'countersign.db'));
    const { line } = db.prepare(`SELECT line FROM cosignatures WHERE witness = ?`).get(browser.id) ?? {};
    const bent = String(line).replace(
      /(.{20})(.)(.{3})\n$/,
      (_, a: string, b: string, c: string) => `${a}${b === 'A' ? 'B' : 'A'}${c}\n`,
    );
    db.prepare('UPDATE cosignatures SET line = ? WHERE witness = ?').run(bent, browser.id);
    expect(await head()).toMatchObject({
      status: 1,
      err: expect.stringContaining('does not hold') as string,
    });
    expect(JSON.parse((await head('--json')).out)).toMatchObject({ verdict: 'failed' });
    db.exec('DROP TABLE cosignatures');
    db.close();
    const { status, out, err } = await head();
    expect([status, out]).toEqual([0, server.services.log.head.note]);
    expect(err).toContain('The cosignatures cannot be read');
  });
});
