import {
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countersign as run } from '../testing/command.ts';
import { forgeable, seal } from '../testing/log-files.ts';
import { type Story, tellStory } from '../testing/scenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-fsck-'));
const exported = join(folder, 'exported');
let story: Story;
let key: string;

const countersign = (...args: string[]) => run(args);
const filesOf = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)))
    .sort();

beforeAll(async () => {
  story = await tellStory();
  key = story.server.services.log.verifierKey;
  expect(await countersign('log', 'export', exported, '--data', story.server.folder)).toMatchObject({
    status: 0,
    out: expect.stringMatching(
      /^Exported 40 entries of localhost:\d+\/1 to .*: 2 files, 0 of them already there/,
    ) as string,
  });
});
afterAll(async () => {
  await story.server.remove();
  rmSync(folder, { recursive: true });
});

describe('log export, beside the server', () => {
  test('writes the whole log, file by file', async () => {
    const { entries, key } = forgeable(story.server);
    const expected = await seal(entries, key);
    expect(filesOf(exported)).toEqual([...expected.keys()].sort());
    for (const path of filesOf(exported))
      expect(new Uint8Array(readFileSync(join(exported, path))), path).toEqual(expected.get(path));
  });

  test('goes on where an earlier one was broken off, and keeps what is right', async () => {
    const copy = join(folder, 'again');
    cpSync(exported, copy, { recursive: true });
    rmSync(join(copy, 'checkpoint'));
    truncateSync(join(copy, 'tile', '0', '000.p', '40'), 32);
    const { status, out } = await countersign('log', 'export', copy, '--data', story.server.folder, '--json');
    expect({ status, ...(JSON.parse(out) as object) }).toMatchObject({
      status: 0,
      size: 40,
      files: 2,
      kept: 1,
    });
    for (const path of filesOf(exported))
      expect(readFileSync(join(copy, path))).toEqual(readFileSync(join(exported, path)));
  });

  test('does not write into the folder of another log, nor from a folder without one', async () => {
    const copy = join(folder, 'another');
    cpSync(exported, copy, { recursive: true });
    const note = readFileSync(join(copy, 'checkpoint'), 'utf8');
    writeFileSync(join(copy, 'checkpoint'), note.replace(/^[^\n]*/, 'another.example/1'));
    const { status, err } = await countersign('log', 'export', copy, '--data', story.server.folder);
    expect({ status, err }).toMatchObject({
      status: 2,
      err: expect.stringMatching(/another folder/) as string,
    });
    expect(await countersign('log', 'export', copy, '--data', exported)).toMatchObject({ status: 2 });
  });
});

describe('log fsck of a folder', () => {
  const copied = (name: string, change: (copy: string) => void): string => {
    const copy = join(folder, name);
    cpSync(exported, copy, { recursive: true });
    change(copy);
    return copy;
  };
  const fsck = (place: string, ...args: string[]) => countersign('log', 'fsck', place, ...args);
  const findings = async (place: string): Promise<unknown[]> => {
    const { out, status } = await fsck(place, '--key', key, '--json');
    return [status, ...(JSON.parse(out) as { findings: unknown[] }).findings];
  };

  test('an exported log is right: a sentence, and exit code 0', async () => {
    const { status, out } = await fsck(exported, '--key', key);
    expect(out).toMatch(/^The log localhost:\d+\/1 is right: 40 entries, under a checkpoint that its key/);
    expect(status).toBe(0);
  });

  test('without a key it says that nobody was asked for', async () => {
    const { status, out } = await fsck(exported);
    expect(out).toMatch(/Who signed its checkpoint was not checked; give --key/);
    expect(status).toBe(0);
  });

  test('one byte changed in a bundle: the entry is named, and exit code 1', async () => {
    const copy = copied('bundle', (copy) => {
      const path = join(copy, 'tile', 'entries', '000.p', '40');
      const bytes = readFileSync(path);
      bytes.write('v', bytes.indexOf('Vault'));
      writeFileSync(path, bytes);
    });
    expect(await findings(copy)).toMatchObject([1, { part: 'entry', index: 1 }]);
    expect((await fsck(copy, '--key', key)).out).toMatch(
      /^FAILS {3}Entry 1 is not the one that was signed\.$/m,
    );
  });

  test('one byte changed in a tile: the tile is named, and where', async () => {
    const copy = copied('tile', (copy) => {
      const path = join(copy, 'tile', '0', '000.p', '40');
      const bytes = readFileSync(path);
      bytes[32 * 7] = bytes[32 * 7]! ^ 1;
      writeFileSync(path, bytes);
    });
    expect(await findings(copy)).toMatchObject([1, { part: 'tile', path: 'tile/0/000.p/40', index: 7 }]);
  });

  test('a file that is cut short or missing is named', async () => {
    const cut = copied('cut', (copy) => {
      const path = join(copy, 'tile', 'entries', '000.p', '40');
      truncateSync(path, statSync(path).size - 1);
    });
    expect(await findings(cut)).toMatchObject([1, { part: 'entry', index: 39 }]);
    const missing = copied('missing', (copy) => rmSync(join(copy, 'tile', '0', '000.p', '40')));
    expect(await findings(missing)).toMatchObject([1, { part: 'tile', path: 'tile/0/000.p/40' }]);
  });

  test('a checkpoint of another key fails, and of another log', async () => {
    const { out, status } = await fsck(exported, '--key', key.replace(/^localhost:\d+\/1\+[0-9a-f]{8}/, 'x'));
    expect({ out, status }).toMatchObject({ out: '', status: 2 });
    const tessera = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx';
    const other = await fsck(exported, '--key', tessera);
    expect(other.out).toMatch(/is not signed by the key: example.com\/log\/testdata has not signed it/);
    expect(other.status).toBe(1);
  });

  test('files that are no part of a log are named and change no verdict', async () => {
    const copy = copied('extra', (copy) => writeFileSync(join(copy, 'README'), 'hello'));
    expect(await findings(copy)).toMatchObject([0, { state: 'note', part: 'file' }]);
  });

  test('a folder that is none says so, and exit code 2', async () => {
    expect(await fsck(join(folder, 'nothing'))).toMatchObject({
      status: 2,
      err: expect.stringMatching(/is not a folder\. Give/) as string,
    });
    expect(await fsck(folder)).toMatchObject({ status: 2 });
  });

  test('a data folder is checked whole, beside the server that runs on it', async () => {
    const { status, out } = await fsck(story.server.folder, '--key', key);
    expect(out).toMatch(/^The log localhost:\d+\/1 is right: 40 entries/);
    expect(status).toBe(0);
  });
});

test('half a lock that is damaged shows in fsck and doctor, and stops nothing (case 58)', async () => {
  const copy = join(folder, 'data');
  cpSync(story.server.folder, copy, { recursive: true });
  const lock = join(copy, 'log.lock');
  const bytes = readFileSync(lock);
  for (const at of [30, 4096 + 30]) {
    const bent = Buffer.from(bytes);
    bent[at] = (bent[at] ?? 0) ^ 1;
    writeFileSync(lock, bent);
    expect(await countersign('log', 'fsck', copy)).toMatchObject({
      status: 2,
      out: expect.stringMatching(/One half of log\.lock is damaged/) as string,
    });
  }
  const { out } = await run(['doctor'], { COUNTERSIGN_DATA: copy });
  expect(out).toMatch(/One half of log\.lock is damaged/);
});

describe('log head', () => {
  test('prints the note of a folder and of a data folder, and checks who signed', async () => {
    const note = readFileSync(join(exported, 'checkpoint'), 'utf8');
    for (const place of [exported, story.server.folder])
      expect(await countersign('log', 'head', place, '--key', key)).toMatchObject({ status: 0, out: note });
    const { out, status } = await countersign('log', 'head', exported, '--json', '--key', key);
    expect({ status, ...(JSON.parse(out) as object) }).toMatchObject({
      status: 0,
      size: 40,
      signed: true,
      note,
    });
    const forged = join(folder, 'forged');
    cpSync(exported, forged, { recursive: true });
    writeFileSync(join(forged, 'checkpoint'), note.replace('\n40\n', '\n39\n'));
    expect(await countersign('log', 'head', forged, '--key', key)).toMatchObject({ status: 1 });
  });
});
