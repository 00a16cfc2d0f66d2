import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const bin = new URL('countersign.mjs', import.meta.url).pathname;
const example = new URL('../policy/example.yaml', import.meta.url).pathname;
const node24 = new URL('../node24.mjs', import.meta.url).pathname;
/** What an older Node says of itself, put before the program: the real thing is not on every machine. */
const old = `data:text/javascript,${encodeURIComponent(
  "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } })",
)}`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(args: string[], env: Record<string, string> = {}) {
  const { COUNTERSIGN_DATA: _, COUNTERSIGN_POLICY: __, ...inherited } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    cwd: folder,
    env: { ...inherited, ...env },
  });
  return { status, stdout, stderr };
}

/** A clone with node24.mjs, a program that tells its version, and perhaps a Node beside it. */
function clone(binary?: string): string {
  mkdirSync(join(folder, 'server'));
  cpSync(node24, join(folder, 'server', 'node24.mjs'));
  const program = join(folder, 'server', 'main.mjs');
  writeFileSync(
    program,
    "import { isNode24 } from './node24.mjs';\nif (isNode24(import.meta.url)) { console.log('up', process.pid); setTimeout(() => {}, 60000); }\n",
  );
  if (binary) {
    mkdirSync(join(folder, 'node_modules', 'node', 'bin'), { recursive: true });
    symlinkSync(binary, join(folder, 'node_modules', 'node', 'bin', 'node'));
  }
  return program;
}

describe('countersign policy check', () => {
  test('a sound file: OK and who could ask for what', () => {
    const { status, stdout, stderr } = run([bin, 'policy', 'check', example]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^OK: /);
    expect(stdout).toMatch(
      /^ana +Node-RED +view +PT15M PT30M PT1H +cleo, role:approver +engineers-node-red$/m,
    );
    expect(status).toBe(0);
  });

  test('a wrong file: each problem with line and field, and exit 1', () => {
    writeFileSync(join(folder, 'policy.yaml'), 'version: 1\nconsoles: []\ngruops: {}\n');
    const { status, stdout, stderr } = run([bin, 'policy', 'check', 'policy.yaml']);
    expect(stdout).toBe('');
    expect(stderr.split('\n')).toEqual([
      'policy.yaml:2: consoles: This must be a block of names, each with a colon.',
      'policy.yaml:3: gruops: There is no field "gruops" here. Did you mean "groups"?',
      'This policy would be rejected, and the previous one would stay in force.',
      '',
    ]);
    expect(status).toBe(1);
  });

  test('as JSON', () => {
    const good = run([bin, 'policy', 'check', example, '--json']);
    expect(JSON.parse(good.stdout)).toMatchObject({
      ok: true,
      access: expect.arrayContaining([expect.objectContaining({ person: 'ben' })]),
    });
    writeFileSync(join(folder, 'bad.yaml'), 'version: 9');
    const bad = run([bin, 'policy', 'check', 'bad.yaml', '--json']);
    expect(JSON.parse(bad.stdout)).toMatchObject({
      ok: false,
      problems: [{ line: 1, column: 10, field: 'version' }],
    });
    expect(bad.status).toBe(1);
  });

  test('by default the file that the server reads', () => {
    expect(run([bin, 'policy', 'check']).stderr).toMatch(/^data\/policy.yaml: There is no such file/);
    mkdirSync(join(folder, 'data'));
    copyFileSync(example, join(folder, 'data', 'policy.yaml'));
    expect(run([bin, 'policy', 'check']).stdout).toMatch(/^OK: data\/policy.yaml /);
    expect(run([bin, 'policy', 'check'], { COUNTERSIGN_DATA: 'data' }).status).toBe(0);
    expect(run([bin, 'policy', 'check'], { COUNTERSIGN_DATA: 'elsewhere' }).stderr).toMatch(
      /^elsewhere\/policy.yaml: /,
    );
    expect(run([bin, 'policy', 'check'], { COUNTERSIGN_POLICY: 'other.yaml' }).stderr).toMatch(
      /^other.yaml: /,
    );
  });
});

describe('under an older Node', () => {
  test('the program runs again under the Node 24 beside it, with the same words and the same end', () => {
    expect(run(['--import', old, bin, 'policy', 'check', example]).stdout).toMatch(/^OK: /);
    expect(run(['--import', old, bin, 'policy', 'check', 'nowhere.yaml']).status).toBe(1);
  });

  test('with none beside it, one sentence says what to do', () => {
    const { status, stdout, stderr } = run(['--import', old, clone()]);
    expect(stdout).toBe('');
    expect(stderr).toMatch(
      /^Countersign needs Node 24 or newer and this is Node 20\.19\.0: run `npm install` [^\n]+\n$/,
    );
    expect(status).toBe(1);
  });

  test('a Node beside it that is old too makes no loop', () => {
    const { status, stderr } = run(['--import', old, clone(process.execPath)], {
      NODE_OPTIONS: `--import=${old}`,
    });
    expect(stderr).toMatch(/^Countersign needs Node 24/);
    expect(status).toBe(1);
  });

  test('a signal to the program ends the one that runs in its stead', async () => {
    const outer = spawn(process.execPath, ['--import', old, clone(process.execPath)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const inner = await new Promise<number>((resolve) => {
      outer.stdout.on('data', (data: Buffer) => resolve(Number(data.toString().split(' ')[1])));
    });
    expect(inner).not.toBe(outer.pid);
    outer.kill('SIGTERM');
    const code = await new Promise<number | null>((resolve) => outer.on('exit', resolve));
    expect(code).toBe(1);
    expect(() => process.kill(inner, 0)).toThrow('ESRCH');
  });
});

describe('what a start compiled', () => {
  /** A clone whose program is a line of TypeScript that says this. */
  function saying(word: string): string {
    writeFileSync(join(folder, 'server', 'main.ts'), `const word: string = '${word}';\nconsole.log(word);\n`);
    const program = join(folder, 'server', 'main.mjs');
    writeFileSync(
      program,
      "import { isNode24 } from './node24.mjs';\nif (isNode24(import.meta.url)) await import('./main.ts');\n",
    );
    return program;
  }

  test('is kept beside the modules and serves the next start, until the code is another', () => {
    clone();
    for (const word of ['one', 'one', 'two'])
      expect(run([saying(word)])).toEqual({ status: 0, stdout: `${word}\n`, stderr: '' });
    expect(existsSync(join(folder, 'node_modules', '.cache', 'countersign'))).toBe(true);
  });

  test('is not kept where there is no room for it, and the program runs', () => {
    clone();
    writeFileSync(join(folder, 'node_modules'), 'no folder');
    expect(run([saying('one')])).toEqual({ status: 0, stdout: 'one\n', stderr: '' });
  });
});
