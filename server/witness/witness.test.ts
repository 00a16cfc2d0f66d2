import { noteText } from '#shared/log/note/note.ts';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fromBase64url, toBase64 } from '#shared/bytes.ts';
import { formatCheckpoint } from '#shared/log/note/checkpoint.ts';
import {
  browserKeyName,
  checkCosignature,
  cosign,
  cosignerKey,
  formatAddCheckpoint,
} from '#shared/log/note/cosignature.ts';
import { signNote } from '#shared/log/note/note.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { verifyEd25519 } from '../log/key.ts';
import { forgeable } from '../testing/log-files.ts';
import type { Person } from '../testing/person.ts';
import { type SoftBrowser, refused } from '../testing/soft-browser.ts';
import { type TestServer, startServer } from '../testing/start.ts';
import { addCheckpoint } from './add-checkpoint.ts';

let server: TestServer;
const folders: string[] = [];
beforeEach(async () => {
  server = await startServer();
});
afterEach(async () => {
  await server.remove();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-anchor-'));
  folders.push(folder);
  return folder;
};
const head = (of = server) => of.services.log.head;
const grow = (of = server) => of.wake();

/** Starts a server anew with these witness settings. */
async function configure(of: TestServer, yaml: string): Promise<void> {
  await of.stop();
  writeFileSync(join(of.folder, 'witnesses.yaml'), yaml);
  await of.start();
}

describe('witnessed by browsers', () => {
  let ana: Person;
  let browser: SoftBrowser;
  beforeEach(async () => {
    ana = await server.person('ana', ['engineer']);
    browser = await ana.pair();
  });

  const cosigned = (by: SoftBrowser, note: string, seconds = Math.floor(server.clock.wall() / 1000)) => {
    const key = cosignerKey(browserKeyName(by.log, by.id), fromBase64url(by.publicKey));
    return cosign(noteText(note), key, (message) => by.signBytes(message), seconds);
  };
  const send = async (by: SoftBrowser, note = head().note, line?: string) =>
    call(by.send, wire.cosignCheckpoint, {
      body: { checkpoint: note, line: line ?? (await cosigned(by, note)) },
    });
  const view = () => call(server.admin.send, wire.listWitnesses, {});

  test('the newest checkpoint is cosigned, once a minute, and counted by person', async () => {
    expect(await send(browser)).toEqual({ taken: true });
    expect(await send(browser)).toEqual({ taken: false });
    const second = await ana.pair();
    expect(await send(second)).toEqual({ taken: true });
    const { browsers, size } = await view();
    expect(browsers).toHaveLength(2);
    expect(new Set(browsers.map(({ person }) => person.id)).size).toBe(1);
    expect(browsers.some((each) => each.size === size)).toBe(true);
    server.clock.pass(60_000);
    expect(await send(browser)).toEqual({ taken: true });
    expect(server.entries().some(({ type }) => (type as string).includes('cosign'))).toBe(false);
  });

  test('an older checkpoint is stale and no fork; a false line is refused', async () => {
    const old = head().note;
    await grow();
    expect(await send(browser, old)).toEqual({ taken: false });
    const other = await ana.pair();
    expect(await refused(send(browser, head().note, await cosigned(other, head().note)))).toBe(
      'invalid_input',
    );
    // Under its own name and key id, by another key.
    const key = cosignerKey(browserKeyName(browser.log, browser.id), fromBase64url(browser.publicKey));
    const seconds = Math.floor(server.clock.wall() / 1000);
    const byAnother = await cosign(
      noteText(head().note),
      key,
      (message) => other.signBytes(message),
      seconds,
    );
    expect(await refused(send(browser, head().note, byAnother))).toBe('invalid_input');
    expect(await refused(send(browser, old.replace('\n', '\nx')))).toBe('invalid_input');
  });

  test('asks for the newest checkpoint with the proof from its own', async () => {
    const { size } = head();
    await grow();
    const answer = await call(browser.send, wire.witness, { body: { from: size } });
    expect(answer).toEqual({
      checkpoint: head().note,
      consistency: server.services.log.reader.consistency(size, size + 1).map(toBase64),
    });
    expect((await call(browser.send, wire.witness, { body: { from: size + 99 } })).consistency).toEqual([]);
  });

  test('case 61: two notes by the true key that do not follow are kept as a fork; two that do are not', async () => {
    const held = head().note;
    await grow();
    const shown = head().note;
    const report = (notes: { held: string; shown: string }) =>
      call(browser.send, wire.reportFork, { body: notes });
    expect(await refused(report({ held, shown }))).toBe('invalid_input');
    const { key } = forgeable(server);
    const forged = await signNote(
      formatCheckpoint({ origin: browser.log, size: head().size, root: new Uint8Array(32) }),
      key.key,
      (message) => key.sign(message),
    );
    await report({ held: shown, shown: forged });
    await report({ held: shown, shown: forged });
    const { forks } = await view();
    expect(forks).toHaveLength(1);
    expect(forks[0]).toMatchObject({ held: shown, shown: forged, person: { handle: 'ana' } });
    expect((await call(ana.send, wire.listWitnesses, {})).forks).toEqual([]);
  });
});

describe('witnessing another log (C2SP tlog-witness)', () => {
  let log: TestServer;
  beforeEach(async () => {
    log = await startServer();
    await configure(server, `logs: ['${log.services.log.verifierKey}']\n`);
  });
  afterEach(() => log.remove());

  const post = async (body: string) => {
    const answer = await fetch(`${server.origin}/add-checkpoint`, { method: 'POST', body });
    return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
  };
  const submit = (old: number, note = head(log).note, proof?: readonly Uint8Array[]) => {
    const size = Number(note.split('\n')[1]);
    const { reader } = log.services.log;
    return post(
      formatAddCheckpoint(old, proof ?? (old > 0 && old < size ? reader.consistency(old, size) : []), note),
    );
  };
  const forged = (size: number, root = new Uint8Array(32)) => {
    const { key } = forgeable(log);
    return signNote(formatCheckpoint({ origin: key.key.name, size, root }), key.key, (m) => key.sign(m));
  };

  test('200 with a cosignature, then from the size that it knows', async () => {
    const first = await submit(0);
    expect(first.status).toBe(200);
    const { signer } = server.services.witnesses;
    if (!signer) throw new Error('no signer');
    expect(
      await checkCosignature(first.body, noteText(head(log).note), signer.key, verifyEd25519),
    ).toBeGreaterThan(0);
    const { size } = head(log);
    await grow(log);
    expect((await submit(size)).status).toBe(200);
    // The same once more, from its own size: cosigned anew with a later time.
    expect((await submit(size + 1)).status).toBe(200);
    expect(statSync(join(server.folder, 'witness.key')).mode & 0o777).toBe(0o600);
  });

  test('400 for what is malformed, and for an old size above the checkpoint', async () => {
    for (const body of ['', 'old 1', `old x\n\n${head(log).note}`, `old 0\nAAAA\n\n${head(log).note}`])
      expect((await post(body)).status).toBe(400);
    expect((await submit(head(log).size + 1)).status).toBe(400);
  });

  test('403 without a signature by the log, or with one that does not hold', async () => {
    const { note } = head(log);
    const { key } = forgeable(server);
    const byAnother = await signNote(noteText(note), { ...key.key, name: log.services.log.origin }, (m) =>
      key.sign(m),
    );
    expect((await submit(0, byAnother)).status).toBe(403);
    const [line = ''] = note.split('\n').slice(-2);
    const broken = line.slice(0, -10) + (line.at(-10) === 'A' ? 'B' : 'A') + line.slice(-9);
    expect((await submit(0, note.replace(line, broken))).status).toBe(403);
  });

  test('404 for a log that it does not know', async () => {
    expect((await post(formatAddCheckpoint(0, [], head(server).note))).status).toBe(404);
  });

  test('409 with its size where the old one is not the one it knows', async () => {
    await submit(0);
    const { size } = head(log);
    await grow(log);
    expect(await submit(0)).toEqual({ status: 409, type: 'text/x.tlog.size', body: `${size}\n` });
    expect(await submit(size - 1)).toMatchObject({ status: 409, body: `${size}\n` });
  });

  test('422 for another history, a proof where none belongs, and an empty log with another root', async () => {
    expect((await submit(0, await forged(0))).status).toBe(422);
    expect((await submit(0, head(log).note, [new Uint8Array(32)])).status).toBe(422);
    await submit(0);
    const { size } = head(log);
    expect((await submit(size, await forged(size))).status).toBe(422);
    expect((await submit(size, await forged(size + 1), [new Uint8Array(32)])).status).toBe(422);
    // Nothing of it was cosigned: it goes on from where it was.
    await grow(log);
    expect((await submit(size)).status).toBe(200);
  });

  test('of requests at once for the same size one is cosigned, and none goes back after a restart', async () => {
    await submit(0);
    const { size } = head(log);
    await grow(log);
    const nearer = head(log).note;
    await grow(log);
    const farther = head(log).note;
    const answers = await Promise.all([submit(size, farther), submit(size, nearer), submit(size, farther)]);
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409, 409]);
    await server.stop();
    await server.start();
    const known = (await submit(0)).body;
    expect([`${size + 1}\n`, `${size + 2}\n`]).toContain(known);
  });

  test('what came in between is not written over, and nothing is cosigned', async () => {
    await submit(0);
    const { size } = head(log);
    await grow(log);
    const { note } = head(log);
    const { store, signer, settings } = server.services.witnesses;
    if (!signer) throw new Error('no signer');
    const { key } = forgeable(log);
    const body = formatAddCheckpoint(size, log.services.log.reader.consistency(size, size + 1), note);
    // The clock is read just before the size is swapped.
    const now = () => {
      store.swap(size, { origin: key.key.name, size: size + 5, root: new Uint8Array(32) }, 0);
      return server.clock.wall();
    };
    expect(await addCheckpoint(body, { logs: settings.logs, store, signer, now })).toMatchObject({
      status: 409,
      body: `${size + 5}\n`,
    });
  });
});

describe('handed on', () => {
  const outside = async (kind: string) =>
    (await call(server.admin.send, wire.listWitnesses, {})).outside.find((each) => each.kind === kind);
  const settled = async (kind: string, size: number) =>
    expect.poll(async () => (await outside(kind))?.size, { timeout: 10_000 }).toBe(size);
  /** Relays wait a minute between two checkpoints; a restart does not. */
  const again = async (): Promise<void> => {
    await server.stop();
    await server.start();
    await server.admin.signIn();
  };

  test('to a second Countersign server as witness; a fork there is an alarm', async () => {
    const other = await startServer();
    try {
      await configure(other, `logs: ['${server.services.log.verifierKey}']\n`);
      const vkey = other.services.witnesses.signer?.vkey;
      await configure(server, `witnesses: [{ url: '${other.origin}/', key: '${vkey}' }]\n`);
      await server.admin.signIn();
      await settled('witness', head().size);
      await grow();
      await again();
      await settled('witness', head().size);
      expect(await outside('witness')).toMatchObject({ alarm: false });
      await other.stop();
      await grow();
      await again();
      await expect
        .poll(async () => (await outside('witness'))?.trouble, { timeout: 10_000 })
        .toMatch(/ does not answer \(ECONNREFUSED\)\. Look whether it runs/);
      await other.start();
      await again();
      await settled('witness', head().size);

      // The witness has seen more than this server holds: an older copy of it was put in place.
      const { key } = forgeable(server);
      const { size } = head();
      const more = await signNote(
        formatCheckpoint({ origin: key.key.name, size: size + 7, root: new Uint8Array(32).fill(7) }),
        key.key,
        (m) => key.sign(m),
      );
      other.services.witnesses.store.swap(
        size,
        { origin: key.key.name, size: size + 7, root: new Uint8Array(32).fill(7) },
        1,
      );
      expect(more).toContain(`\n${size + 7}\n`);
      await grow();
      await again();
      await expect.poll(async () => (await outside('witness'))?.alarm, { timeout: 10_000 }).toBe(true);
      expect((await outside('witness'))?.trouble).toContain('the log went back');
      expect(server.services.log.health).toEqual({ ok: true });
    } finally {
      await other.remove();
    }
  });

  test('to a Git repository: a commit and a push each; a push that failed goes with the next', async () => {
    const [remote, clone] = [newFolder(), join(newFolder(), 'anchor')];
    const git = (...args: string[]) =>
      execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    git('init', '--quiet', '--bare', '--initial-branch=main', remote);
    git('clone', '--quiet', remote, clone);
    git(
      '-C',
      clone,
      '-c',
      'user.name=x',
      '-c',
      'user.email=x@localhost',
      'commit',
      '--quiet',
      '--allow-empty',
      '-m',
      'Start',
    );
    git('-C', clone, 'push', '--quiet', '-u', 'origin', 'HEAD:main');
    await configure(server, `git: ['${clone}']\n`);
    await server.admin.signIn();
    await settled('git', head().size);
    expect(git('-C', remote, 'show', 'main:checkpoint')).toBe(head().note);

    git('-C', clone, 'remote', 'set-url', 'origin', join(remote, 'gone'));
    await grow();
    await again();
    await expect
      .poll(async () => (await outside('git'))?.trouble, { timeout: 10_000 })
      .toContain('git push failed');
    git('-C', clone, 'remote', 'set-url', 'origin', remote);
    await again();
    await expect
      .poll(() => git('-C', remote, 'show', 'main:checkpoint'), { timeout: 10_000 })
      .toBe(head().note);
  });

  test('to a folder that takes new files only: never written over, and another file of the size is an alarm', async () => {
    const folder = join(newFolder(), 'worm');
    await configure(server, `folders: ['${folder}']\n`);
    await server.admin.signIn();
    await settled('folder', head().size);
    const [name = ''] = readdirSync(folder);
    expect(readFileSync(join(folder, name), 'utf8')).toBe(head().note);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o444);
    await grow();
    writeFileSync(
      join(folder, `checkpoint-${String(head().size).padStart(12, '0')}`),
      'another\nhistory\n\n',
    );
    await again();
    // Its newest is as far as ours by name, so nothing is sent until the log grows.
    await grow();
    await again();
    await settled('folder', head().size);
    mkdirSync(join(folder, 'x'), { recursive: true });
    writeFileSync(join(folder, `checkpoint-${String(head().size + 9).padStart(12, '0')}`), 'later');
    await grow();
    await again();
    await expect.poll(async () => (await outside('folder'))?.alarm, { timeout: 10_000 }).toBe(true);
  });

  test('a wrong file is refused at start with the field', async () => {
    await server.stop();
    writeFileSync(join(server.folder, 'witnesses.yaml'), `folders: ['relative']\nlogs: ['x+y+z']\n`);
    await expect(server.start()).rejects.toThrow(/folders\.0: Write the whole path[\s\S]*logs\.0:/);
    writeFileSync(join(server.folder, 'witnesses.yaml'), '');
    await server.start();
  });
});
