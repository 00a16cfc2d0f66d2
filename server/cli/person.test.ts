import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { hostResets } from '../people/rules.ts';
import type { Person } from '../testing/person.ts';
import { countersign } from '../testing/command.ts';
import { refused } from '../testing/soft-browser.ts';
import { SoftKey } from '../testing/soft-key.ts';
import { type TestServer, startBare, startServer } from '../testing/start.ts';
import { confirm } from './person.ts';

/** Runs the command as on the server's host: the data folder is all that it is told. */
const run = (folder: string, ...args: string[]) =>
  countersign(['person', 'reset', ...args], { COUNTERSIGN_ORIGIN: undefined, COUNTERSIGN_DATA: folder });
const codeIn = (stdout: string): string => /\/enrol#([\w-]{43})$/m.exec(stdout)?.[1] ?? '';

describe('countersign person reset (case 9)', () => {
  let server: TestServer;
  let root: Person;
  beforeEach(async () => {
    server = await startServer();
    root = server.admin;
  });
  afterEach(() => server.remove());

  test('the only administrator gets in again by the printed link, and everything from before is over', async () => {
    const browser = await root.pair();
    const { id } = await root.ask(browser, { console: 'queue' });
    await root.activate(browser, id);
    const lost = root.key;
    const before = server.services.log.size;
    await server.stop();

    const { status, out: stdout, err: stderr } = await run(server.folder, 'root', '--yes');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Reset root: 1 key removed, 1 grant ended, all browsers unpaired\.$/m);
    expect(stdout).toContain(`  ${server.origin}/enrol#`);

    await server.start();
    const [reset, ended, ...rest] = server.entries(before);
    expect(rest).toEqual([]);
    expect(ended).toMatchObject({ type: 'grant.ended', body: { how: 'reset' } });
    expect(reset).toMatchObject({
      type: 'person.reset',
      body: { authority: { kind: 'host' }, person: root.id },
    });
    expect(reset?.body).not.toHaveProperty('touch');
    expect(stdout).toContain(`Entry ${before} of the log`);

    // Administrators are alarmed for thirty days.
    const alarmed = (days: number) =>
      hostResets(server.services.log.state, (reset?.time ?? 0) + days * 86_400_000).map(({ id: who }) => who);
    expect([alarmed(29), alarmed(31)]).toEqual([[root.id], []]);

    expect(await refused(call(root.send, wire.me, {}))).toBe('signed_out');
    expect(await refused(root.signIn())).toBe('key_unknown');
    expect(await refused(call(browser.send, wire.browserState, {}))).toBe('browser_unknown');
    expect(await refused(root.enrol(codeIn(stdout)))).toBe('key_exists');
    root.key = new SoftKey(root.place);
    expect(root.key.id).not.toBe(lost.id);
    await root.enrol(codeIn(stdout));
    const { people } = await call(root.send, wire.listPeople, {});
    expect(people).toEqual([
      expect.objectContaining({
        handle: 'root',
        status: 'active',
        keys: 1,
        resetByHost: reset?.time,
        roles: expect.arrayContaining(['administrator']),
      }),
    ]);
  });

  test('a link works once, and a newer one voids it', async () => {
    await server.stop();
    const first = codeIn((await run(server.folder, 'root', '--yes')).out);
    const second = codeIn((await run(server.folder, 'root', '--yes')).out);
    expect(second).not.toBe(first);
    await server.start();
    root.key = new SoftKey(root.place);
    expect(await refused(root.enrol(first))).toBe('link_used');
    await root.enrol(second);
    root.key = new SoftKey(root.place);
    expect(await refused(root.enrol(second))).toBe('link_used');
  });

  test('beside a running server it does nothing, and the server goes on writing', async () => {
    const { size } = server.services.log;
    const { status, out: stdout, err: stderr } = await run(server.folder, 'root', '--yes');
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^A Countersign server is running on .+\. Stop it first, then try again\.\n$/);
    expect(status).toBe(1);
    expect(server.services.log.size).toBe(size);
    await server.person('ana', ['engineer']);
    expect(server.services.log.health).toEqual({ ok: true });
  });

  test('a second server on one data folder is refused as well', async () => {
    const size = server.services.log.size;
    await expect(server.start()).rejects.toThrow('is running on');
    expect(server.services.log.size).toBe(size);
    await server.person('ana', ['engineer']);
  });

  test('a handle that nobody has, and no word of confirmation: a sentence, and nothing is written', async () => {
    const { size } = server.services.log;
    await server.stop();
    const wrong = await run(server.folder, 'rot', '--yes');
    expect(wrong.err).toBe('Nobody here is called "rot". Did you mean "root"? Known: root.\n');
    expect(wrong.status).toBe(1);
    const unasked = await run(server.folder, 'root');
    expect(unasked.err).toMatch(/^There is no terminal to confirm in, so nothing was reset\./);
    expect(unasked.status).toBe(1);
    await server.start();
    expect(server.services.log.size).toBe(size);
  });

  test('a log that must not sign is not written to, and the sentence says why', async () => {
    await server.stop();
    rmSync(join(server.folder, 'log.lock'));
    const { status, err: stderr } = await run(server.folder, 'root', '--yes');
    expect(stderr).toMatch(/^The lock file .+ is missing though the log has 2 entries\./);
    expect(status).toBe(1);
  });
});

test('without a data folder, and before set-up, it says what to do', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
  expect((await run(empty, 'root', '--yes')).err).toMatch(
    /^There is no Countersign data folder at .+ COUNTERSIGN_DATA/,
  );
  rmSync(empty, { recursive: true });
  const bare = await startBare();
  await bare.stop();
  expect((await run(bare.folder, 'root', '--yes')).err).toMatch(
    /^Nobody is enrolled here yet\. Start the server/,
  );
  await bare.remove();
});

describe('the confirmation', () => {
  const root = { handle: 'root', roles: ['administrator' as const], status: 'active' as const };

  test('at a terminal the handle has to be typed, and --yes does not spare it', async () => {
    const asked: string[] = [];
    const answering = (answer: string) => (question: string) => {
      asked.push(question);
      return Promise.resolve(answer);
    };
    await confirm(root, { yes: false, terminal: answering(' root\n') });
    await expect(confirm(root, { yes: true, terminal: answering('yes') })).rejects.toThrow(
      'Nothing was reset',
    );
    expect(asked).toHaveLength(2);
    expect(asked[0]).toContain('This resets root (administrator; active).');
  });
});
