import { generateKeyPairSync, sign } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newId, toBase64url } from '#shared/bytes.ts';
import type { Body } from '#shared/domain/entries.ts';
import { openCheckpoint } from '#shared/log/note/checkpoint.ts';
import { parseVkey } from '#shared/log/note/keys.ts';
import { endorsed } from '#shared/domain/succession/statements.ts';
import { verifyLog } from '#shared/verify/log.ts';
import { type HeldLog, checkSuccession } from '#shared/verify/succession.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { makeNextKey, readKeyFile } from '../log/key-store.ts';
import { logKey, verifyEd25519 } from '../log/key.ts';
import { Forgery, run } from '../testing/forgery.ts';
import { seal, sourceOf } from '../testing/log-files.ts';
import type { Person } from '../testing/person.ts';
import { confirmRotation, prepareRotation, proposeRotation } from '../testing/rotated.ts';
import { spellingsOf } from '../testing/secrets.ts';
import { type SoftBrowser, refused } from '../testing/soft-browser.ts';
import { type TestServer, startServer } from '../testing/start.ts';

let server: TestServer;
let admin: Person;
let bea: Person;
let ana: Person;
let browser: SoftBrowser;
let before: HeldLog;
const file = (name: string): string => join(server.folder, name);
const files = ['log.key', 'lease.key', 'log.lock', 'countersign.db', 'countersign.db-wal'];

beforeEach(async () => {
  server = await startServer();
  admin = server.admin;
  bea = await server.person('bea', ['administrator']);
  ana = await server.person('ana', ['engineer']);
  browser = await ana.pair();
  await ana.activate(browser, (await ana.ask(browser, { console: 'queue', seconds: 900 })).id);
  const { log, leaseKey } = server.services;
  before = {
    origin: log.origin,
    logKey: log.verifierKey,
    leaseKey: leaseKey.publicKey,
    genesis: log.genesis,
    size: log.head.size,
    root: toBase64url(log.head.root),
  };
});
afterEach(() => server.remove());

const prepare = () => prepareRotation(server);
const propose = proposeRotation;
const confirm = confirmRotation;
type Fields = Awaited<ReturnType<typeof propose>>;

async function rotated(): Promise<Fields> {
  await prepare();
  const fields = await propose(admin);
  await confirm(bea, fields);
  return fields;
}

const succession = async () =>
  call(browser.send, wire.succession, { query: { from: before.size, origin: before.origin } });

describe('a rotation of the log key', () => {
  test('takes two administrators; grants go on, and clients follow', async () => {
    expect(await refused(propose(admin))).toMatch(/invalid_input|statement_mismatch/);
    await prepare();
    const old = readFileSync(file('log.key'));
    expect(await refused(propose(admin, { logKey: before.logKey }))).toBe('statement_mismatch');
    const fields = await server.appends(['act.proposed'], () => propose(admin));
    expect(server.services.log.verifierKey).toBe(before.logKey);
    await server.appends(['log.key-rotated'], () => confirm(bea, fields));

    const { log, leaseKey } = server.services;
    expect(log.verifierKey).toBe(fields.logKey);
    expect(leaseKey.publicKey).toBe(fields.leaseKey);
    // Whoever trusts the key before, and whoever trusts this one, reads the first head that has the entry.
    for (const vkey of [before.logKey, fields.logKey])
      expect(await openCheckpoint(log.head.note, parseVkey(vkey), verifyEd25519)).toMatchObject({
        size: log.size,
      });
    await server.person('ivy', ['engineer']);
    await expect(openCheckpoint(log.head.note, parseVkey(before.logKey), verifyEd25519)).rejects.toThrow();
    expect((await browser.renew()).leases).toHaveLength(1);

    // The private key before is gone.
    expect(existsSync(file('log.key.next'))).toBe(false);
    for (const name of readdirSync(server.folder))
      expect(readFileSync(file(name)).includes(old.subarray(30, 90)), name).toBe(false);

    expect(await checkSuccession(before, await succession())).toMatchObject({
      origin: before.origin,
      logKey: fields.logKey,
      leaseKey: fields.leaseKey,
      size: log.size,
      lost: 0,
    });
    const forgery = new Forgery(server);
    for (const pins of [{ logKey: before.logKey }, { logKey: fields.logKey }, {}]) {
      const all = { ...pins, genesis: before.genesis };
      const { verdict } = await run(verifyLog(sourceOf(await forgery.seal()), all));
      expect(verdict).toMatchObject({ state: 'ok' });
    }
    await server.stop();
    await server.start();
    expect(server.services.log.health).toEqual({ ok: true });
    await admin.signIn();
    await server.person('eve', ['engineer']);
  });

  test('one person, an engineer, or keys that do not wait any more make none', async () => {
    await prepare();
    expect(await refused(propose(ana))).toBe('forbidden');
    const fields = await propose(admin);
    expect(await refused(confirm(admin, fields))).toBe('own_act');
    expect(await refused(confirm(ana, fields))).toBe('forbidden');
    expect(await refused(confirm(bea, { ...fields, leaseKey: before.leaseKey }))).toBe('statement_mismatch');
    await prepare();
    expect(await refused(confirm(bea, fields))).toBe('statement_mismatch');
    expect(server.services.log.verifierKey).toBe(before.logKey);
  });

  test('case 62: forged by whoever holds the new key, each is red and followed by nobody', async () => {
    const fields = await rotated();
    const forgery = new Forgery(server);
    const n = forgery.find('log.key-rotated');
    const body = forgery.bodyOf('log.key-rotated');
    const { size, root } = forgery.head;
    const over = (person: Person) => {
      const statement = JSON.parse(body.touch.statement) as object;
      const own = { actor: person.id, credential: person.key.id, nonce: toBase64url(new Uint8Array(32)) };
      return person.key.touch({ ...statement, ...own });
    };
    expect([size > n, root.length]).toEqual([true, 43]);
    const other = generateKeyPairSync('ed25519').privateKey;
    const endorsement = sign(
      null,
      endorsed({
        log: before.origin,
        old: before.logKey,
        new: fields.logKey,
        leaseKey: fields.leaseKey,
        act: fields.act,
      }),
      other,
    ).toString('base64url');
    const wrong: [(changed: Body<'log.key-rotated'>) => void, RegExp][] = [
      [(b) => Object.assign(b, { by: admin.id, touch: over(admin) }), /one person proposed and confirmed/],
      [(b) => Object.assign(b, { by: ana.id, touch: over(ana) }), /no administrator/],
      [(b) => Object.assign(b, { endorsement: '' }), /not in its form/],
      [(b) => Object.assign(b, { endorsement }), /did not endorse/],
      [(b) => Object.assign(b, { act: newId() }), /no act/],
      [(b) => Object.assign(b, { leaseKey: before.leaseKey }), /not those that were proposed/],
      [(b) => Object.assign(b, { logKey: before.logKey }), /not those that were proposed/],
    ];
    for (const [alter, why] of wrong) {
      const forged = forgery.change('log.key-rotated', 0, (changed) => {
        alter(changed);
      });
      const { verdict } = await run(
        verifyLog(sourceOf(await forgery.seal(forged.entries)), { genesis: before.genesis }),
      );
      expect(verdict).toMatchObject({ state: 'failed', entry: n, sentence: expect.stringMatching(why) });
      const answer = await succession();
      const entries = answer.entries.map((entry) =>
        entry.index === n ? { ...entry, bytes: toBase64url(forged.entries[n] ?? new Uint8Array()) } : entry,
      );
      await expect(checkSuccession(before, { ...answer, entries })).rejects.toThrow(
        /does not prove the change/,
      );
    }
    // Without the proposal there is one touch only.
    const answer = await succession();
    const entries = answer.entries.filter(({ index }) => index !== forgery.find('act.proposed'));
    await expect(checkSuccession(before, { ...answer, entries })).rejects.toThrow(/no act/);
    // A key that simply signs.
    const swapped = mkdtempSync(join(tmpdir(), 'countersign-key-'));
    const thief = logKey(before.origin, await makeNextKey(swapped, 'log.key', 'next', []));
    rmSync(swapped, { recursive: true });
    const sealed = sourceOf(await seal(forgery.entries, thief));
    for (const pins of [{ logKey: before.logKey }, { genesis: before.genesis }])
      expect((await run(verifyLog(sealed, pins))).verdict).toMatchObject({ state: 'failed' });
  });
});

describe('a crash at each step of a rotation leaves one key in use', () => {
  let aside: string;
  beforeEach(() => (aside = mkdtempSync(join(tmpdir(), 'countersign-aside-'))));
  afterEach(() => rmSync(aside, { recursive: true }));
  const save = (name: string, as = name): void => copyFileSync(file(name), join(aside, as));
  const put = (from: string, name: string): void => {
    copyFileSync(join(aside, from), file(name));
    chmodSync(file(name), 0o600);
  };

  /** The files as they are before and after, saved apart; the server is stopped. */
  async function both(): Promise<Fields> {
    await prepare();
    const fields = await propose(admin);
    for (const name of ['log.key', 'log.key.next', 'lease.key', 'lease.key.next', 'log.lock'])
      save(name, `before ${name}`);
    await confirm(bea, fields);
    await server.stop();
    for (const name of files) if (existsSync(file(name))) save(name, `after ${name}`);
    return fields;
  }

  async function goesOn(vkey: string): Promise<void> {
    await server.start();
    expect(server.services.log.health).toEqual({ ok: true });
    expect(server.services.log.verifierKey).toBe(vkey);
    await admin.signIn();
    await server.person('eve', ['engineer']);
    await browser.renew();
    expect(readKeyFile(file('log.key')).publicKey).toEqual(parseVkey(vkey).publicKey);
    expect(existsSync(file('log.key.next'))).toBe(false);
    expect(existsSync(file('lease.key.next'))).toBe(false);
  }

  const keys = ['log.key', 'lease.key'];

  test('committed, not in the lock: the start signs with both keys and goes on with the new one', async () => {
    const fields = await both();
    for (const name of [...keys, 'log.key.next', 'lease.key.next', 'log.lock']) put(`before ${name}`, name);
    await server.start();
    const { note } = server.services.log.head;
    for (const vkey of [before.logKey, fields.logKey])
      await openCheckpoint(note, parseVkey(vkey), verifyEd25519);
    await server.stop();
    await goesOn(fields.logKey);
  });

  test('in the lock, the files as before', async () => {
    const fields = await both();
    for (const name of [...keys, 'log.key.next', 'lease.key.next']) put(`before ${name}`, name);
    await goesOn(fields.logKey);
  });

  test('the key before is gone, the new one not in its place', async () => {
    const fields = await both();
    for (const name of keys) rmSync(file(name));
    for (const name of ['log.key.next', 'lease.key.next']) put(`before ${name}`, name);
    await goesOn(fields.logKey);
  });

  test('before anything was committed, the key before is in use and the act still waits', async () => {
    await prepare();
    await propose(admin);
    await server.stop();
    await server.start();
    expect(server.services.log.verifierKey).toBe(before.logKey);
    expect(existsSync(file('log.key.next'))).toBe(true);
    await bea.signIn();
    const { acts } = await call(bea.send, wire.listActs, {});
    const [act] = acts;
    if (act?.what.type !== 'rotation') throw new Error('no rotation waits');
    const { logKey: vkey, leaseKey } = act.what;
    await confirm(bea, { act: act.id, logKey: vkey, leaseKey });
    expect(server.services.log.verifierKey).toBe(vkey);
  });
});

test('point 8: no file of the data folder but its own holds a private key, in any spelling', async () => {
  await rotated();
  await prepare();
  const own = new Set(['log.key', 'lease.key', 'log.key.next', 'lease.key.next']);
  const secrets = [...own].flatMap((name) => spellingsOf(readFileSync(file(name), 'utf8')));
  let searched = 0;
  for (const name of readdirSync(server.folder)) {
    if (own.has(name) || !statSync(file(name)).isFile()) continue;
    const bytes = readFileSync(file(name));
    for (const secret of secrets) expect(bytes.includes(secret), name).toBe(false);
    searched += 1;
  }
  expect(searched).toBeGreaterThan(3);
});
