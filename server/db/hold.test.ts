import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FolderInUse, holdFolder } from './hold.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-hold-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a folder is held once, and again when it was let go', () => {
  const release = holdFolder(folder);
  expect(() => holdFolder(folder)).toThrow(FolderInUse);
  release();
  holdFolder(folder)();
});

test('a folder that cannot be used is not said to be in use', () => {
  writeFileSync(join(folder, 'in-use'), 'no database, longer than the head of one'.repeat(20));
  expect(() => holdFolder(folder)).toThrow('file is not a database');
});
