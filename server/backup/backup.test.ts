import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Role } from '#shared/domain/primitives.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import type { Running } from '../start.ts';
import { TestClock } from '../testing/clock.ts';
import { countersign as run } from '../testing/command.ts';
import { checkAfterCrash } from '../testing/crash/check.ts';
import type { Receipt } from '../testing/crash/load.ts';
import { readiness } from '../testing/crash/process.ts';
import { Stage } from '../testing/crash/stage.ts';
import { erasure } from '../testing/erasure.ts';
import { Person } from '../testing/person.ts';
import { spellingsOf } from '../testing/secrets.ts';
import { weigh } from './manifest.ts';

let stage: Stage;
let folder: string;
let running: Running | undefined;
beforeAll(async () => {
  stage = await Stage.prepare();
}, 60_000);
afterAll(() => stage.remove());
beforeEach(() => {
  folder = stage.copy();
});
afterEach(async () => {
  await running?.close();
  running = undefined;
});

async function countersign(...args: string[]): Promise<{ status: number; out: string; said: string }> {
  const env = { COUNTERSIGN_DATA: folder, COUNTERSIGN_ORIGIN: stage.origin };
  const { status, out, err } = await run(args, env);
  return { status, out, said: out + err };
}
const inFolder = (name: string): string => join(folder, name);

/** A data folder on another host: the keys, and nothing else. */
function otherHost(): string {
  const other = `${folder}.other`;
  mkdirSync(other, { mode: 0o700 });
  for (const name of ['log.key', 'lease.key']) cpSync(inFolder(name), join(other, name));
  return other;
}

/** Starts the server and delivers `rounds` batches from each browser. */
async function write(rounds: number, loaders = stage.loaders()): Promise<Receipt[]> {
  const server = await stage.start(folder);
  for (let n = 0; n < rounds; n += 1) await Promise.all(loaders.map((loader) => loader.deliver()));
  await server.close();
  return loaders.flatMap(({ receipts }) => receipts);
}

describe('case 57: a backup', { timeout: 120_000 }, () => {
  test('taken hot under load restores to a log that verifies to its checkpoint and goes on', async () => {
    const server = await stage.serve({ folder }).listening();
    const loaders = stage.loaders();
    const stop = new AbortController();
    const loading = Promise.all(loaders.map((loader) => loader.run(stop.signal)));
    const before = loaders.flatMap(({ receipts }) => receipts);
    const target = `${folder}.backup`;
    const { status, out } = await countersign('backup', target, '--json');
    stop.abort();
    await loading;
    expect(status).toBe(0);
    const { size, signed } = JSON.parse(out) as { size: number; signed: number };
    const receipts = loaders.flatMap((loader) => loader.receipts);
    expect(receipts.length).toBeGreaterThan(before.length);
    const within = receipts.filter(({ head }) => head.size <= signed);
    expect(size).toBeGreaterThanOrEqual(signed);
    await server.stop();

    const other = otherHost();
    const restored = await countersign('restore', target, other, '--checkpoint', join(target, 'checkpoint'));
    expect(restored.said).toMatch(/Start the server\./);
    expect(restored.status).toBe(0);
    running = await stage.start(other);
    const { cookie } = stage.admin;
    await stage.admin.signIn(); // whoever was signed in is not any more
    expect(await checkAfterCrash(stage, other, within)).toBeGreaterThanOrEqual(size);
    stage.admin.cookie = cookie;
  });

  test('holds no private key, and of a sign-in nothing to sign in with', async () => {
    const target = `${folder}.backup`;
    expect((await countersign('backup', target)).status).toBe(0);
    const token = stage.admin.cookie.split('=')[1] ?? '';
    expect(token).toHaveLength(43);
    const secrets = [
      ...['log.key', 'lease.key'].flatMap((name) => spellingsOf(readFileSync(inFolder(name), 'utf8'))),
      token,
      Buffer.from(token, 'base64url'),
    ];
    const files = readdirSync(target);
    expect(files.sort()).toEqual(['checkpoint', 'countersign.db', 'manifest.json', 'policy.yaml']);
    for (const name of files)
      for (const secret of [...secrets, 'PRIVATE KEY'])
        expect(readFileSync(join(target, name)).includes(secret), name).toBe(false);
    expect(statSync(target).mode & 0o077).toBe(0);
  });

  test('does not go over another, and one that was changed is not restored', async () => {
    const target = `${folder}.backup`;
    await countersign('backup', target);
    expect(await countersign('backup', target)).toMatchObject({
      status: 2,
      said: expect.stringContaining('already exists') as string,
    });
    const path = join(target, 'countersign.db');
    const bytes = readFileSync(path);
    bytes[bytes.length - 3000]! ^= 1;
    writeFileSync(path, bytes);
    const other = otherHost();
    expect(await countersign('restore', target, other)).toMatchObject({
      status: 2,
      said: expect.stringContaining('is not the file that was backed up') as string,
    });
    expect(readdirSync(other).sort()).toEqual(['lease.key', 'log.key']);
  });

  test('whose rows were changed together with its manifest is not restored either', async () => {
    await write(1);
    const target = `${folder}.backup`;
    await countersign('backup', target);
    const path = join(target, 'countersign.db');
    const db = new DatabaseSync(path);
    db.exec(`UPDATE state SET "row" = replace("row", '"administrator"', '"auditor"') WHERE kind = 'person'`);
    db.close();
    const list = join(target, 'manifest.json');
    const manifest = JSON.parse(readFileSync(list, 'utf8')) as { files: Record<string, object> };
    manifest.files['countersign.db'] = await weigh(path);
    writeFileSync(list, JSON.stringify(manifest));
    expect(await countersign('restore', target, otherHost())).toMatchObject({
      status: 2,
      said: expect.stringContaining('The backup is damaged') as string,
    });
  });
});

describe("yesterday's backup in place", { timeout: 120_000 }, () => {
  test('is detected: the lock stays, nothing is signed, and doctor says what to do', async () => {
    const loaders = stage.loaders();
    await write(1, loaders);
    const target = `${folder}.backup`;
    await countersign('backup', target);
    const receipts = await write(1, loaders);
    const lock = readFileSync(inFolder('log.lock'));

    expect(await countersign('restore', target, folder)).toMatchObject({
      status: 2,
      said: expect.stringContaining('add --overwrite') as string,
    });
    const restored = await countersign('restore', target, folder, '--overwrite');
    expect(restored.status).toBe(1);
    expect(restored.said).toMatch(/the last 6 are lost.*countersign recover/s);
    expect(readFileSync(inFolder('log.lock'))).toEqual(lock);

    running = await stage.start(folder);
    expect(await readiness(stage.origin)).toMatchObject({
      status: 503,
      sentence: expect.stringMatching(/an older copy of it was restored/) as string,
    });
    await expect(stage.loaders()[0]?.deliver()).rejects.toMatchObject({ code: 'log_unwritable' });
    await expect(checkAfterCrash(stage, folder, receipts)).rejects.toThrow(/older copy/);
    const doctor = await countersign('doctor');
    expect(doctor.status).toBe(1);
    expect(doctor.said).toMatch(/FAILS {2}lock .*older copy restored/);
    expect(doctor.said).toMatch(/countersign recover/);
    // What was there before is kept, whole.
    const [aside = ''] = readdirSync(folder).filter((name) => name.startsWith('before-restore'));
    expect(existsSync(join(folder, aside, 'countersign.db'))).toBe(true);
  });

  test('without a lock nothing is signed until somebody brings a checkpoint', async () => {
    await write(1);
    const target = `${folder}.backup`;
    await countersign('backup', target);
    const other = otherHost();
    const bare = await countersign('restore', target, other);
    expect(bare.status).toBe(1);
    expect(bare.said).toMatch(/There is no lock/);
    const note = `${folder}.note`;
    writeFileSync(note, readFileSync(join(target, 'checkpoint'), 'utf8').replace(/\n\d+\n/, '\n1\n'));
    expect(await countersign('restore', target, other, '--overwrite', '--checkpoint', note)).toMatchObject({
      status: 2,
      said: expect.stringContaining('is no checkpoint of this log') as string,
    });
    const known = join(target, 'checkpoint');
    expect((await countersign('restore', target, other, '--overwrite', '--checkpoint', known)).status).toBe(
      0,
    );
  });

  const byAct = async (admin: Person, second: Person, entries: number[]): Promise<void> => {
    const act = erasure(entries);
    await act.propose(admin);
    expect((await act.confirm(second)).act).toMatchObject({ status: 'done' });
  };
  /** What a server does by itself that starts eleven days later. */
  const byRetention = async (): Promise<void> => {
    await running?.close();
    appendFileSync(inFolder('policy.yaml'), 'retention: P10D\n');
    const clock = new TestClock();
    clock.pass(11 * 86_400_000);
    running = await stage.start(folder, clock);
  };

  test.each([
    ['two administrators had erased', byAct],
    ['policy did not keep any longer', byRetention],
  ])('texts that %s since are erased again, and no byte of them is in the folder', async (_, erase) => {
    const marker = 'The secret of Zanzibar';
    const holders = (place: string): string[] =>
      readdirSync(place, { recursive: true, encoding: 'utf8' })
        .filter((name) => statSync(join(place, name)).isFile())
        .filter((name) => [marker, salt].some((secret) => readFileSync(join(place, name)).includes(secret)));
    running = await stage.start(folder);
    const { admin } = stage;
    const person = async (handle: string, role: Role): Promise<Person> => {
      const made = new Person(admin.place, handle);
      await made.enrol(await admin.invite(handle, [role]));
      return made;
    };
    const [second, ana] = [await person('second', 'administrator'), await person('ana', 'engineer')];
    const browser = await ana.pair();
    const asked = browser.ask({ console: 'queue', seconds: 900 }, `${marker}: why`);
    const salt = Buffer.from(asked.justification.salt, 'base64url');
    const { request } = await call(browser.send, wire.askRequest, { body: asked });
    const { session = '', id: grant } = await ana.activate(browser, request.id);
    await browser.deliver(browser.batch([{ console: 'queue', session, words: `${marker}: did` }]));
    await admin.revoke(grant, `${marker}: revoked`);

    const target = `${folder}.backup`;
    expect((await countersign('backup', target)).status).toBe(0);
    expect(holders(target)).toEqual(['countersign.db']);
    const { entries, texts } = await call(admin.send, wire.erasable, { query: { session } });
    await erase(admin, second, entries);
    await expect.poll(() => holders(folder), { timeout: 10_000 }).toEqual([]);
    await running.close();
    running = undefined;

    const { said } = await countersign('restore', target, folder, '--overwrite');
    expect(said).toContain(`Erased ${texts} texts again that were erased after the backup`);
    expect(readdirSync(folder).some((name) => name.startsWith('before-restore'))).toBe(true);
    expect(holders(folder)).toEqual([]);

    // Nor does a server on it bring them back; it shows that they are gone, and the rest of the session.
    running = await stage.start(folder);
    await ana.signIn();
    const shown = await call(ana.send, wire.showSession, { params: { session }, query: {} });
    expect([shown.request.justification, ...shown.actions.map((action) => action.detail)]).toEqual([
      null,
      null,
    ]);
    await running.close();
    running = undefined;
    expect(holders(folder)).toEqual([]);
    expect(holders(target)).toEqual(['countersign.db']); // as docs/operating.md says
  });
});

describe('doctor', { timeout: 120_000 }, () => {
  const found = async (): Promise<Map<string, string>> => {
    const { out } = await countersign('doctor', '--json');
    const { findings } = JSON.parse(out) as { findings: { check: string; state: string }[] };
    return new Map(findings.map(({ check, state }) => [check, state]));
  };

  test('finds nothing beside a running server, and does not disturb it', async () => {
    running = await stage.start(folder);
    const { status, said } = await countersign('doctor');
    expect(said).toMatch(/All checks passed\.\n$/);
    expect(said).toMatch(/ok {5}server .*can write the log/);
    expect(said).toMatch(/warn {3}backup {7}No backup has been taken/);
    expect(status).toBe(0);
    expect(await readiness(stage.origin)).toMatchObject({ status: 200 });
  });

  test('names what is wrong', async () => {
    chmodSync(inFolder('log.key'), 0o644);
    chmodSync(folder, 0o755);
    rmSync(inFolder('lease.key'));
    writeFileSync(inFolder('policy.yaml'), 'version: 9');
    const db = new DatabaseSync(inFolder('countersign.db'));
    db.exec(`UPDATE state SET "row" = replace("row", 'active', 'disabled') WHERE kind = 'person'`);
    db.close();
    const states = await found();
    for (const check of ['folder', 'keys', 'policy', 'state'])
      expect([check, states.get(check)]).toEqual([check, 'fail']);
    for (const check of ['log', 'database', 'time'])
      expect([check, states.get(check)]).toEqual([check, 'ok']);
    expect(states.get('server')).toBe('warn');
  });

  test('where there is nothing it says so', async () => {
    folder = stage.bare();
    expect(await countersign('doctor')).toMatchObject({
      status: 2,
      said: expect.stringContaining('There is no log in') as string,
    });
  });
});
