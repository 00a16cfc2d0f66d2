import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { generateKeyPairSync } from 'node:crypto';
import { KeyTrouble, commandSigner } from './command-key.ts';
import { findKey, firstKey, forgetKeys, heldKeys, readKeyFile, takeKeys } from './key-store.ts';
import { type TestLog, makeFolder, openLog } from './testing.ts';

let folder: string;
const file = (name: string): string => join(folder, name);
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => {
  takeKeys();
  forgetKeys();
  rmSync(folder, { recursive: true, force: true });
});

const makeKey = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const seed = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  return { pem, der, seed, publicKey };
};

/** A script that answers as a KMS would. */
function script(name: string, body: string): string {
  writeFileSync(file(name), `#!/bin/sh\nset -eu\n${body}\n`);
  chmodSync(file(name), 0o700);
  return file(name);
}

describe('a log key in a file', () => {
  test('is not used while others than its owner could read or change it, and the sentence says what to do', async () => {
    await firstKey(folder, 'log.key');
    for (const mode of [0o640, 0o604, 0o620]) {
      chmodSync(file('log.key'), mode);
      expect(() => readKeyFile(file('log.key'))).toThrow(/can be read or changed by others.*chmod 600/);
    }
    chmodSync(file('log.key'), 0o600);
    expect(readKeyFile(file('log.key')).held).toBe('file');
  });

  test('that is something else is not repeated in what is said of it', () => {
    writeFileSync(file('log.key'), 'a secret that is no key', { mode: 0o600 });
    expect(() => readKeyFile(file('log.key'))).toThrow(/holds no Ed25519 private key/);
    expect(() => readKeyFile(file('log.key'))).not.toThrow(/a secret/);
  });
});

describe('a log key from the environment', () => {
  test.each(['PEM', 'PEM in one line', 'base64'])('as %s signs, and no child inherits it', async (form) => {
    const { pem, der } = makeKey();
    process.env['COUNTERSIGN_LOG_KEY'] =
      form === 'PEM' ? pem : form === 'base64' ? der.toString('base64') : pem.replaceAll('\n', '\\n');
    const log = await openLog(folder);
    expect(log.writer.key?.held).toBe('environment');
    await log.put('a', 'x');
    expect(log.writer.health).toEqual({ ok: true });
    await log.close();
    expect(() => readFileSync(file('log.key'))).toThrow(/ENOENT/);
    expect(spawnSync('env', { encoding: 'utf8' }).stdout).not.toContain('COUNTERSIGN_LOG_KEY');
  });

  test('that is none is refused without repeating it', async () => {
    process.env['COUNTERSIGN_LOG_KEY'] = 'bm90IGEga2V5';
    const log = await openLog(folder);
    expect(log.writer.health).toMatchObject({ ok: false, reason: expect.stringContaining('PKCS8') });
    expect(JSON.stringify(log.writer.health)).not.toContain('bm90IGEga2V5');
    await log.close();
  });
});

describe('a log key behind a command', () => {
  let log: TestLog | undefined;
  afterEach(async () => {
    await log?.close();
    log = undefined;
  });

  /** openssl as the holder of the key. */
  function openssl(): string {
    execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', file('kms.pem')], {
      stdio: 'ignore',
    });
    return script(
      'kms',
      `case "$1" in
  public) openssl pkey -in ${file('kms.pem')} -pubout ;;
  sign) cat > ${file('message')}; openssl pkeyutl -sign -inkey ${file('kms.pem')} -rawin -in ${file('message')} | base64 -w 0 ;;
esac`,
    );
  }

  test('openssl holds it: it signs the log, and the key never comes here', async () => {
    process.env['COUNTERSIGN_LOG_KEY_COMMAND'] = openssl();
    log = await openLog(folder);
    expect(log.writer.key?.held).toBe('command');
    for (let i = 0; i < 3; i += 1) await log.put(`${i}`, 'x');
    await log.close();
    log = await openLog(folder);
    expect(log.writer.health).toEqual({ ok: true });
    expect(log.writer.head?.size).toBe(3);
  });

  test('each signature is verified before it is used', async () => {
    const { publicKey } = makeKey();
    const other = makeKey();
    writeFileSync(file('public'), publicKey.export({ type: 'spki', format: 'pem' }));
    writeFileSync(file('other.pem'), other.pem);
    const signer = await commandSigner(
      script(
        'kms',
        `if [ "$1" = public ]; then cat ${file('public')}; else cat > ${file('m')}; openssl pkeyutl -sign -inkey ${file('other.pem')} -rawin -in ${file('m')}; fi`,
      ),
    );
    await expect(signer.sign(new Uint8Array([1, 2, 3]))).rejects.toThrow(/not its signature/);
  });

  test('that fails, is not there or says nothing of use is a reason in a sentence', async () => {
    await expect(commandSigner(file('nowhere'))).rejects.toThrow(/could not be started/);
    await expect(commandSigner(script('no', 'echo "no such slot" >&2; exit 3'))).rejects.toThrow(
      /failed with 3 \(no such slot\)/,
    );
    await expect(commandSigner(script('odd', 'echo hello'))).rejects.toThrow(/prints no Ed25519 public key/);
    await expect(commandSigner(script('long', 'yes'))).rejects.toThrow(KeyTrouble);
  });

  test('that hangs is ended after ten seconds, with what it started', async () => {
    const { publicKey } = makeKey();
    writeFileSync(file('public'), publicKey.export({ type: 'spki', format: 'pem' }));
    const signer = await commandSigner(
      script(
        'hangs',
        `if [ "$1" = public ]; then cat ${file('public')}; else sleep 600 & echo $! > ${file('pid')}; wait; fi`,
      ),
    );
    const sleeper = (): number => (existsSync(file('pid')) ? Number(readFileSync(file('pid'), 'utf8')) : 0);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const ended = vi.fn();
      const signing = signer.sign(new Uint8Array([1])) as Promise<Uint8Array>;
      signing.catch(ended);
      while (sleeper() === 0) await setImmediate(); // `vi.waitFor` would move the clock
      vi.advanceTimersByTime(9_999);
      await setImmediate();
      expect(ended).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1);
      await expect(signing).rejects.toThrow(/did not answer within 10 seconds/);
      await expect(signing).rejects.toBeInstanceOf(KeyTrouble);
    } finally {
      vi.useRealTimers();
    }
    await vi.waitFor(() => expect(() => process.kill(sleeper(), 0)).toThrow(/ESRCH/), { timeout: 10_000 });
  });

  test('that is away for a while: 503 with the reason, nothing more is committed, and then all is signed', async () => {
    process.env['COUNTERSIGN_LOG_KEY_COMMAND'] = openssl();
    log = await openLog(folder);
    const heard: string[] = [];
    log.writer.subscribe((entries) => heard.push(...entries.map(({ entry }) => String(entry.body['id']))));
    await log.put('before', 'x');
    execFileSync('mv', [file('kms.pem'), file('away.pem')]);
    await expect(log.put('during', 'x')).rejects.toMatchObject({ code: 'log_unwritable' });
    expect(log.writer.health).toMatchObject({
      ok: false,
      reason: expect.stringContaining('that holds the log key'),
    });
    await expect(log.put('later', 'x')).rejects.toMatchObject({ code: 'log_unwritable' });
    expect(log.writer.tree.size).toBe(2);
    expect(log.writer.head?.size).toBe(1);
    execFileSync('mv', [file('away.pem'), file('kms.pem')]);
    await expect.poll(() => log?.writer.health, { timeout: 10_000 }).toEqual({ ok: true });
    await expect.poll(() => heard).toEqual(['before', 'during']);
    expect((await log.put('after', 'x')).size).toBe(3);
    expect(heard).toEqual(['before', 'during', 'after']);
  });
});

test('which key is in use is the log’s word: a file with another one is not used, and is named', async () => {
  const { publicKey } = await firstKey(folder, 'log.key');
  const other = mkdtempSync(join(tmpdir(), 'countersign-key-'));
  const { publicKey: wanted } = await firstKey(other, 'log.key');
  await expect(findKey(folder, 'log.key', wanted)).rejects.toThrow(
    /not the one that the log names.*countersign recover/,
  );
  expect((await findKey(folder, 'log.key', publicKey)).path).toBe(file('log.key'));
  rmSync(other, { recursive: true });
  expect((await heldKeys(folder, 'log.key')).signers).toHaveLength(1);
});
