import { generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toBase64url } from '#shared/bytes.ts';
import { openCheckpoint } from '#shared/log/note/checkpoint.ts';
import { fingerprint, parseVkey } from '#shared/log/note/keys.ts';
import { type HeldLog, checkSuccession } from '#shared/verify/succession.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { forgetKeys } from '../log/key-store.ts';
import { verifyEd25519 } from '../log/key.ts';
import { countersign } from '../testing/command.ts';
import { ServerProcess, freePort, readiness } from '../testing/crash/process.ts';
import { Person } from '../testing/person.ts';
import { testPolicy } from '../testing/policy.ts';
import { confirmRotation, proposeRotation } from '../testing/rotated.ts';
import { spellingsOf } from '../testing/secrets.ts';
import { type SoftBrowser, detail, refused } from '../testing/soft-browser.ts';

/** Text that people write here and that must not turn up where the server talks. */
const MARKER = 'marrow-4711-quince';

const root = mkdtempSync(join(tmpdir(), 'countersign-custody-'));
const folder = join(root, 'data');
const file = (name: string): string => join(folder, name);
const aside = (name: string): string => join(root, name);

let port: number;
let server: ServerProcess | undefined;
let admin: Person;
let bea: Person;
let ana: Person;
let browser: SoftBrowser;
let held: HeldLog;
/** All that every process wrote, at its most talkative. */
const outputs: Buffer[] = [];
/** The private keys that signed this log, as PEM. */
const keys: string[] = [];

async function start(env: Record<string, string>): Promise<ServerProcess> {
  server = await new ServerProcess({
    folder,
    port,
    env: { ...env, COUNTERSIGN_LOG_LEVEL: 'debug' },
  }).listening();
  return server;
}
async function stop(): Promise<void> {
  await server?.stop();
  if (server) outputs.push(server.output);
  server = undefined;
}
async function restart(env: Record<string, string>): Promise<void> {
  await stop();
  await start(env);
}

const makePem = (): string => {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  keys.push(pem);
  return pem;
};

/** openssl as the holder of a key, in a script as somebody would write it around a KMS. */
function makeCommand(): string {
  writeFileSync(aside('kms.pem'), makePem(), { mode: 0o600 });
  const script = `#!/bin/sh
set -eu
case "$1" in
  public) openssl pkey -in ${aside('kms.pem')} -pubout ;;
  sign) m=$(mktemp); cat > $m; openssl pkeyutl -sign -inkey ${aside('kms.pem')} -rawin -in $m; rm $m ;;
esac
`;
  writeFileSync(aside('kms'), script);
  chmodSync(aside('kms'), 0o700);
  return aside('kms');
}

const keysNow = () => call(admin.send, wire.logKeys, {});
const checkpoint = async () =>
  (await admin.send({ method: 'GET', path: '/log/checkpoint', body: undefined })).text;
const act = (words: string) =>
  browser.deliver(browser.batch([{ console: 'queue', words: `${MARKER} ${words}` }]));

/** `countersign log rotate` on the host in the server's environment, then the touches of two administrators. */
async function rotate(env: Record<string, string>): Promise<void> {
  const { status, out, err } = await countersign(['log', 'rotate', '--json'], {
    COUNTERSIGN_DATA: folder,
    ...env,
  });
  forgetKeys();
  expect([status, err]).toEqual([0, '']);
  const before = (await keysNow()).logKey;
  const fields = await proposeRotation(admin);
  expect(JSON.parse(out)).toMatchObject({
    logKey: fields.logKey,
    fingerprint: fingerprint(fields.logKey),
  });
  await confirmRotation(bea, fields);
  // The head that says so is under both keys, the next one under the new key alone.
  const both = await checkpoint();
  for (const vkey of [before, fields.logKey]) await openCheckpoint(both, parseVkey(vkey), verifyEd25519);
  await act('after a rotation');
  const next = await checkpoint();
  await openCheckpoint(next, parseVkey(fields.logKey), verifyEd25519);
  await expect(openCheckpoint(next, parseVkey(before), verifyEd25519)).rejects.toThrow();
  // A browser that holds the first head follows by itself.
  const query = { from: held.size, origin: held.origin };
  const followed = await checkSuccession(held, await call(browser.send, wire.succession, { query }));
  expect(followed).toMatchObject({ logKey: fields.logKey, lost: 0 });
}

beforeAll(async () => {
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(file('policy.yaml'), testPolicy);
  port = await freePort();
  const { origin } = await start({});
  const person = (handle: string) => new Person({ webOrigin: origin, rpId: 'localhost' }, handle);
  [admin, bea] = [person('root'), person('bea')];
  ana = person('ana');
  await admin.enrol((await server?.says(/\/setup#(\S+)/)) ?? '');
  await bea.enrol(await admin.invite('bea', ['administrator']));
  await ana.enrol(await admin.invite('ana', ['engineer']));
  browser = await ana.pair();
  const { log } = await call(browser.send, wire.browserState, {});
  const { size, root: hash } = await openCheckpoint(await checkpoint(), parseVkey(log.logKey), verifyEd25519);
  held = { ...log, size, root: toBase64url(hash) };
  keys.push(readFileSync(file('log.key'), 'utf8'), readFileSync(file('lease.key'), 'utf8'));
}, 120_000);
afterAll(async () => {
  await stop();
  rmSync(root, { recursive: true, force: true });
});

/** Every file under a folder, with its bytes. */
const filesIn = (path: string): [string, Buffer][] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name))]);

/** Sends JSON that no client of ours would. */
const sendRaw = (body: string) => admin.send({ method: 'POST', path: wire.prepareStatement.path, body });

test('what people write is told and refused, and goes on through every step of a session', async () => {
  const cleo = new Person(admin.place, 'cleo');
  await cleo.enrol(await admin.invite('cleo', ['approver']));
  const denied = await ana.ask(browser, { console: 'vault', seconds: 900 }, `${MARKER} denied`);
  await cleo.decide(denied, 'deny', {}, detail(`${MARKER}, not today`));
  const asked = await ana.ask(browser, { console: 'vault', seconds: 900 }, `${MARKER} asked`);
  await cleo.decide(asked, 'approve');
  const { id, session = '' } = await ana.activate(browser, asked.id);
  await browser.deliver(browser.batch([{ console: 'vault', session, words: `${MARKER} opened` }]));
  await cleo.revoke(id, `${MARKER}, enough`);
  await admin.disable(cleo.id, `${MARKER} left`);

  const other = browser.batch([{ console: 'queue', words: 'Looked' }]);
  other.details = [detail(`{"words":"${MARKER}, another text"}`)];
  expect(await refused(call(browser.send, wire.recordActions, { body: other }))).toBe('statement_mismatch');
  expect((await sendRaw(`{"${MARKER}": nothing}`)).status).toBe(400);
  expect((await sendRaw(`{"${MARKER}":1,"${MARKER}":2}`)).status).toBe(400);
  expect((await sendRaw(`"${MARKER.repeat(40_000)}"`)).status).toBe(413);
}, 60_000);

describe('the log key on its way from a file to the environment, behind a command and back', () => {
  const inEnvironment = (): Record<string, string> => ({
    COUNTERSIGN_LOG_KEY: keys[2]?.replaceAll('\n', '\\n') ?? '',
  });
  const behindCommand = (): Record<string, string> => ({ COUNTERSIGN_LOG_KEY_COMMAND: aside('kms') });

  test('into the environment: set beside the present one, rotated, then the only one there is', async () => {
    const next = { COUNTERSIGN_LOG_KEY_NEXT: makePem() };
    await restart(next);
    expect(await keysNow()).toMatchObject({ held: 'file' });
    await rotate(next);
    expect(await keysNow()).toMatchObject({ held: 'environment' });
    // The file is gone with its key, and the lease key took its place.
    expect(readdirSync(folder).filter((name) => name.includes('.key'))).toEqual(['lease.key']);
    keys.push(readFileSync(file('lease.key'), 'utf8'));

    await restart(next);
    await act('before the variable is renamed');
    await restart(inEnvironment());
    await act('after it was renamed');
    expect(await keysNow()).toMatchObject({ held: 'environment' });
  }, 120_000);

  test('behind a command: the same, and the variable before it may go at any time', async () => {
    const both = { ...inEnvironment(), COUNTERSIGN_LOG_KEY_COMMAND_NEXT: makeCommand() };
    await restart(both);
    await rotate(both);
    expect(await keysNow()).toMatchObject({ held: 'command' });
    await restart(both);
    await act('with both variables still set');
    await restart(behindCommand());
    await act('with the command alone');
    renameSync(aside('kms.pem'), aside('away.pem'));
    const waiting = browser.batch([{ console: 'queue', words: `${MARKER} while the command fails` }]);
    expect(await refused(browser.deliver(waiting))).toBe('log_unwritable');
    renameSync(aside('away.pem'), aside('kms.pem'));
    await browser.deliver(waiting);
    expect(await keysNow()).toMatchObject({ held: 'command' });
    expect(readdirSync(folder).filter((name) => name.includes('.key'))).toEqual(['lease.key']);
  }, 120_000);

  test('without the key in use a start signs nothing and says so; with the key before neither', async () => {
    for (const env of [{}, inEnvironment()]) {
      await restart(env);
      expect(await readiness(server?.origin ?? '')).toMatchObject({
        status: 503,
        sentence: expect.stringMatching(/log key .*countersign recover/) as string,
      });
      expect(await refused(act('that nobody signs'))).toBe('log_unwritable');
    }
    await restart(behindCommand());
  }, 120_000);

  test('back into a file: rotate makes one, and it gets its name when it is in use', async () => {
    await rotate(behindCommand());
    expect(await keysNow()).toMatchObject({ held: 'file' });
    keys.push(readFileSync(file('log.key'), 'utf8'), readFileSync(file('lease.key'), 'utf8'));
    await restart({});
    await act('by the file alone');
    expect(await keysNow()).toMatchObject({ held: 'file' });
  }, 120_000);

  test('point 8: whatever the servers wrote, and every file but the keys’ own, is free of all of these keys', async () => {
    const backup = aside('backup');
    const { status } = await countersign(['backup', backup], { COUNTERSIGN_DATA: folder });
    expect(status).toBe(0);
    await stop();
    const own = new Set(['log.key', 'lease.key']);
    const searched: [string, Buffer][] = [
      ...outputs.map((output): [string, Buffer] => ['what a server wrote', output]),
      ...filesIn(folder).filter(([name]) => !own.has(name)),
      ...filesIn(backup),
    ];
    expect(searched.length).toBeGreaterThan(12);
    for (const secret of keys.flatMap(spellingsOf))
      for (const [name, bytes] of searched) expect([name, bytes.includes(secret)]).toEqual([name, false]);
    // The search finds what is there.
    for (const name of own) {
      const bytes = readFileSync(file(name));
      expect(keys.flatMap(spellingsOf).some((secret) => bytes.includes(secret))).toBe(true);
    }
  });
});

test('point 8: no line that a server wrote holds what people wrote, nor a sign-in; the database does', () => {
  const token = admin.cookie.split('=')[1] ?? '';
  expect(token).toHaveLength(43);
  for (const output of outputs) {
    expect(output.length).toBeGreaterThan(100);
    for (const secret of [MARKER, token]) expect(output.includes(secret)).toBe(false);
  }
  expect(Buffer.concat(outputs).includes('"code":"statement_mismatch"')).toBe(true);
  expect(filesIn(folder).some(([, bytes]) => bytes.includes(MARKER))).toBe(true);
});
