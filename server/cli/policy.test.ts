import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testPolicy } from '../testing/policy.ts';
import { type TestServer, startBare, startServer } from '../testing/start.ts';

const bin = new URL('countersign.mjs', import.meta.url).pathname;

function check(folder: string, ...args: string[]) {
  const { COUNTERSIGN_POLICY: _, ...inherited } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'policy', 'check', ...args], {
    encoding: 'utf8',
    env: { ...inherited, COUNTERSIGN_DATA: folder },
  });
  return { status, stdout, stderr };
}

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

  test("judges with the server's people and roles, active ones only, and says so", () => {
    const { status, stdout, stderr } = check(server.folder);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ana +Vault +view +PT15M PT30M PT1H +cleo, root +vault-decided$/m);
    expect(stdout).toMatch(/^root +Vault +view +PT15M PT30M PT1H +cleo +vault-decided$/m);
    expect(stdout).not.toMatch(/^(cleo|gus|ivy|role:)/m);
    expect(stdout).toMatch(/^People and roles are the server's, from .+: 3 active\.$/m);
  });

  test('names those in the file who could not do anything there', () => {
    const file = join(server.folder, 'next.yaml');
    writeFileSync(
      file,
      testPolicy.replace('[cleo]', '[cleo, gus, ivy, nora]').replace("'role:approver'", 'group:leads'),
    );
    expect(check(server.folder, file).stdout).toMatch(
      /^In this file, but not active on the server: gus \(disabled\), ivy \(invited\), nora \(unknown\)\.$/m,
    );
  });

  test('as JSON it says whose people they are', () => {
    expect(JSON.parse(check(server.folder, '--json').stdout)).toMatchObject({ ok: true, people: 'server' });
  });

  test('it writes nothing and can be run at any time', async () => {
    const { size } = server.services.log;
    check(server.folder);
    expect(server.services.log.size).toBe(size);
    expect(server.services.log.health).toEqual({ ok: true });
  });
});

test('before set-up, and where the database cannot be read, people are as the file names them', async () => {
  const bare = await startBare();
  expect(check(bare.folder).stdout).toContain('People are as the file names them.');
  await bare.stop();
  const copy = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
  cpSync(join(bare.folder, 'policy.yaml'), join(copy, 'policy.yaml'));
  writeFileSync(
    join(copy, 'countersign.db'),
    'this is no database, and long enough to be seen as one'.repeat(20),
  );
  const { status, stdout } = check(copy);
  expect(stdout).toMatch(/^The server's people could not be read: .*not a database/m);
  expect(stdout).toContain('People are as the file names them.');
  expect(status).toBe(0);
  rmSync(copy, { recursive: true });
  await bare.remove();
});
