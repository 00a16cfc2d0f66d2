import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countersign } from '../testing/command.ts';
import { readConfig } from '../config.ts';
import { readPolicyFile } from '../policy/load.ts';
import { testPolicy } from '../testing/policy.ts';
import { type TestServer, startBare, startServer } from '../testing/start.ts';

const check = (folder: string, ...args: string[]) =>
  countersign(['policy', 'check', ...args], { COUNTERSIGN_POLICY: undefined, COUNTERSIGN_DATA: folder });

describe('countersign policy check beside a running server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
    await server.person('ana', ['engineer']);
    await server.person('cleo', ['approver']);
    const gone = await server.person('gus', ['engineer', 'approver']);
    await server.admin.disable(gone.id);
    await server.admin.invite('ivy', ['engineer']);
  });
  afterAll(() => server.remove());

  test("judges with the server's people and roles, active ones only, and says so", async () => {
    const { status, out: stdout, err: stderr } = await check(server.folder);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ana +Vault +view +PT15M PT30M PT1H +cleo, root +vault-decided$/m);
    expect(stdout).toMatch(/^root +Vault +view +PT15M PT30M PT1H +cleo +vault-decided$/m);
    expect(stdout).not.toMatch(/^(cleo|gus|ivy|role:)/m);
    expect(stdout).toMatch(/^People and roles come from the server's data folder, .+: 3 active\.$/m);
  });

  test('names those in the file who could not do anything there', async () => {
    const file = join(server.folder, 'next.yaml');
    writeFileSync(
      file,
      testPolicy.replace('[cleo]', '[cleo, gus, ivy, nora]').replace("'role:approver'", 'group:leads'),
    );
    expect((await check(server.folder, file)).out).toMatch(
      /^In this file, but not active on the server: gus \(disabled\), ivy \(invited\), nora \(unknown\)\.$/m,
    );
  });

  test('as JSON it says whose people they are', async () => {
    expect(JSON.parse((await check(server.folder, '--json')).out)).toMatchObject({
      ok: true,
      people: 'server',
    });
  });

  test('it writes nothing and can be run at any time', async () => {
    const { size } = server.services.log;
    await check(server.folder);
    expect(server.services.log.size).toBe(size);
    expect(server.services.log.health).toEqual({ ok: true });
  });
});

test('before set-up, and where the database cannot be read, people are as the file names them', async () => {
  const bare = await startBare();
  expect((await check(bare.folder)).out).toContain('People are taken from the policy file.');
  await bare.stop();
  const copy = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
  cpSync(join(bare.folder, 'policy.yaml'), join(copy, 'policy.yaml'));
  writeFileSync(
    join(copy, 'countersign.db'),
    'this is no database, and long enough to be seen as one'.repeat(20),
  );
  const { status, out: stdout } = await check(copy);
  expect(stdout).toMatch(/^The server's people could not be read: .*not a database/m);
  expect(stdout).toContain('People are taken from the policy file.');
  expect(status).toBe(0);
  rmSync(copy, { recursive: true });
  await bare.remove();
});

describe('what browsers cannot gate', () => {
  const inputs = join(import.meta.dirname, '../../../shared/inputs/policies');
  const policyWith = (lines: string) =>
    `version: 1
consoles:
  all:
    name: All
    hosts: [grafana.example.com]
    start: https://grafana.example.com/
    mode: read-only
    reads: []
`.replace('reads: []', lines);

  test.skipIf(!existsSync(inputs))(
    'of the policies that browsers choked on: the own host is refused, the rest is carried',
    async () => {
      const env = { COUNTERSIGN_ORIGIN: 'https://countersign.example.com', COUNTERSIGN_DATA: inputs };
      for (const [file, status] of [
        ['long-host', 0],
        ['long-read-path', 0],
        ['many-hosts', 0],
        ['parent-of-own-host', 0],
        ['own-host', 1],
      ] as const) {
        const said = await countersign(['policy', 'check', join(inputs, `${file}.yaml`)], env);
        expect([file, said.status]).toEqual([file, status]);
        if (status === 1)
          expect(said.err).toMatch(/own-host.yaml:5: .*covers countersign.example.com, where this server/);
      }
    },
  );

  test('the server refuses the own host with the same sentence, at its start and later', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-own-'));
    writeFileSync(
      join(folder, 'policy.yaml'),
      policyWith('reads: []').replaceAll('grafana.example.com', 'localhost'),
    );
    const { err } = await check(folder);
    const sentence = /The console "all" covers localhost, where this server itself lives\. .*/.exec(err)?.[0];
    expect(sentence).toBeDefined();
    const config = readConfig({ COUNTERSIGN_DATA: folder });
    const file = await readPolicyFile(config.policyFile, config.rpId);
    expect(file).toMatchObject({ ok: false, problems: [{ line: 5, message: sentence }] });
    rmSync(folder, { recursive: true });
  });

  test('without the environment the own host is the one in the log', async () => {
    const server = await startServer();
    await server.person('ana', ['engineer']);
    const { out } = await check(server.folder);
    expect(out).toContain("No console covers localhost, the server's own host.");
    await server.remove();
  });
});
