import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countersign } from '../testing/command.ts';
import { printJson } from './print.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-print-'));
/** Clears a screen, turns the rest of the line around, and rings. */
const origin = 'evil\u009b2J\u202e\u2067gol\u007f.example/1';
const note = `${origin}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\u2014 signer ${Buffer.alloc(68, 4).toString('base64')}\n`;
const unshown = /[^\n\P{Cc}]|\p{Cf}/u;

beforeAll(() => writeFileSync(join(folder, 'checkpoint'), note));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a stranger's words on a terminal (case 71)", () => {
  test.each([[['log', 'fsck']], [['log', 'fsck', '--json']], [['log', 'head', '--json']]])(
    '%s: controls and bidirectional characters are told, not obeyed',
    async ([command = '', what = '', ...more]) => {
      const { out, err } = await countersign([command, what, folder, ...more]);
      expect(out).toContain('evil');
      expect(out + err).not.toMatch(unshown);
      if (more.includes('--json')) expect(JSON.parse(out)).toMatchObject({ origin });
      else expect(out).toContain('evil⟦U+009B⟧2J⟦RLO⟧⟦RLI⟧gol⟦DEL⟧.example/1');
    },
  );

  test('a note is printed as it is into a file, and made harmless on a terminal', async () => {
    expect((await countersign(['log', 'head', folder])).out).toBe(note);
    const { isTTY } = process.stdout;
    process.stdout.isTTY = true;
    try {
      expect((await countersign(['log', 'head', folder])).out).not.toMatch(unshown);
    } finally {
      process.stdout.isTTY = isTTY;
    }
  });

  test('what a server or a path says in an error is told as well', async () => {
    const { status, err } = await countersign(['log', 'fsck', `${folder}/no\u009b2J\u202e`]);
    expect(status).toBe(2);
    expect(err).toContain('no⟦U+009B⟧2J⟦RLO⟧');
    expect(err).not.toMatch(unshown);
  });

  test('JSON keeps its values, whatever is in them', () => {
    const value = { a: '\u009b\u202e\u2028\ud83d', b: ['zero\u200dwidth', 'é 漢 😀'] };
    let said = '';
    const { log } = console;
    console.log = (text: string) => void (said = text);
    try {
      printJson(value);
    } finally {
      console.log = log;
    }
    expect(said).not.toMatch(/[^\P{C}]/u);
    expect(JSON.parse(said)).toEqual(value);
  });
});

test('every command speaks through print.ts', () => {
  const speaking = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'print.ts')
    .filter((name) => /console\.\w+\(/.test(readFileSync(join(import.meta.dirname, name), 'utf8')));
  expect(speaking).toEqual([]);
});
