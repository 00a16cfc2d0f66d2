import {
  copyFileSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestLog, makeFolder, openLog } from './testing.ts';

let folder: string;
let log: TestLog | undefined;
const file = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = makeFolder();
});
afterEach(async () => {
  await log?.close();
  log = undefined;
  rmSync(folder, { recursive: true });
});

/** Starts the log, writes `count` entries, stops it. */
async function write(count: number, text = 'x'): Promise<void> {
  const running = await openLog(folder);
  for (let i = 0; i < count; i += 1) await running.put(`${i}`, text);
  await running.close();
}
const save = (name: string, as: string): void => copyFileSync(file(name), file(as));

async function refusesToSign(sentence: RegExp): Promise<void> {
  log = await openLog(folder);
  expect(log.writer.health).toMatchObject({ ok: false, reason: expect.stringMatching(sentence) });
  const lock = existsSync(file('log.lock')) ? readFileSync(file('log.lock')) : undefined;
  await expect(log.put('a', 'x')).rejects.toMatchObject({ code: 'log_unwritable' });
  if (lock) expect(readFileSync(file('log.lock'))).toEqual(lock);
}

describe('starting', () => {
  test('a crash between commit and swap: the database is ahead, the step is finished with the same bytes', async () => {
    await write(3);
    save('log.lock', 'old');
    await write(300);
    save('log.lock', 'new');
    save('old', 'log.lock');
    log = await openLog(folder);
    expect(log.writer.health).toEqual({ ok: true });
    expect(log.writer.head?.size).toBe(303);
    expect(readFileSync(file('new'), 'latin1')).toContain(
      log.writer.head!.note.split('\n').at(-2)!.slice(-80),
    );
    expect((await log.put('a', 'x')).size).toBe(304);
  });

  test('the database was rolled back behind the lock: no signature, reads go on', async () => {
    await write(3);
    save('countersign.db', 'old.db');
    await write(2);
    save('old.db', 'countersign.db');
    await refusesToSign(/holds 3 entries, but 5 were signed: an older copy/);
    expect(log?.writer.reader.entry(2)).toBeDefined();
    expect(log?.writer.state.get('note', '2')).toBeDefined();
    expect(log?.writer.head?.note).toContain('\n5\n');
  });

  test('the database was rolled back to where its index was behind: a search misses nothing, and writes nothing', async () => {
    await write(3);
    const db = new DatabaseSync(file('countersign.db'));
    db.exec('DELETE FROM places WHERE entry > 0; UPDATE indexed SET size = 1');
    db.close();
    save('countersign.db', 'old.db');
    await write(2);
    save('old.db', 'countersign.db');
    await refusesToSign(/an older copy/);
    expect(log?.writer.index.find('type:note.put', 9, 9)).toEqual([2, 1, 0]);
    await log?.writer.index.flush();
    expect(log?.database.reading.prepare('SELECT size FROM indexed').get()).toEqual({ size: 1 });
  });

  test('the database went another way after a rollback, as far or farther: no signature', async () => {
    await write(3);
    save('countersign.db', 'old.db');
    save('log.lock', 'old.lock');
    await write(2, 'the history that was signed');
    save('log.lock', 'signed.lock');
    for (const count of [2, 4]) {
      save('old.db', 'countersign.db');
      save('old.lock', 'log.lock');
      await write(count, 'another history');
      save('signed.lock', 'log.lock');
      await refusesToSign(/holds other entries than the 5 that were signed/);
      await log?.close();
      log = undefined;
    }
  });

  test('an edited entry is found before anything is signed (case 59, short form)', async () => {
    await write(5);
    const db = new DatabaseSync(file('countersign.db'));
    db.exec(`DROP TRIGGER segments_no_update; UPDATE segments SET entries = x'000100' WHERE first = 2`);
    db.close();
    await refusesToSign(/contradicts itself/);
  });

  test('a cut tail is found before anything is signed', async () => {
    await write(5);
    const db = new DatabaseSync(file('countersign.db'));
    db.exec('DROP TRIGGER segments_no_delete; DELETE FROM segments WHERE first > 2');
    db.close();
    await refusesToSign(/holds 3 entries, but 5 were signed/);
  });

  test('without its lock, its key or its database, a log does not start afresh', async () => {
    await write(2);
    save('log.key', 'key');
    for (const name of ['log.lock', 'log.key', 'countersign.db']) {
      save(name, 'kept');
      rmSync(file(name));
      await refusesToSign(/is missing|holds 0 entries, but 2 were signed/);
      await log?.close();
      log = undefined;
      save('kept', name);
    }
    log = await openLog(folder);
    expect(log.writer.health).toEqual({ ok: true });
  });

  test('another key does not sign on', async () => {
    await write(2);
    const other = makeFolder();
    await (await openLog(other)).close();
    copyFileSync(join(other, 'log.key'), file('log.key'));
    rmSync(other, { recursive: true });
    await refusesToSign(/no key that we know signed/);
  });

  test('another address is another log, and the sentence says which this one is', async () => {
    await write(2);
    log = await openLog(folder, { name: 'elsewhere.example/1' });
    expect(log.writer.health).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/holds the log log\.example\/1, .* would be elsewhere\.example\/1\./),
    });
    await expect(log.put('a', 'x')).rejects.toMatchObject({ code: 'log_unwritable' });
  });

  test('the key is readable by its owner only', async () => {
    await write(0);
    expect(statSync(file('log.key')).mode & 0o777).toBe(0o600);
    expect(readFileSync(file('log.key'), 'utf8')).toContain('BEGIN PRIVATE KEY');
  });
});

describe('the lock file', () => {
  test('a torn write spoils one slot; the other still counts', async () => {
    await write(3);
    const whole = readFileSync(file('log.lock'));
    expect(whole).toHaveLength(8192);
    // Either slot may be the one that was being written: the newest is made again from the database.
    for (const at of [0, 12, 60, 250].flatMap((offset) => [offset, 4096 + offset])) {
      const torn = Buffer.from(whole);
      torn[at]! ^= 0xff;
      writeFileSync(file('log.lock'), torn);
      log = await openLog(folder);
      expect(log.writer.health).toEqual({ ok: true });
      expect(log.writer.head?.size).toBe(3);
      await log.close();
      log = undefined;
    }
  });

  test('with both slots spoilt, or cut short, nothing is signed', async () => {
    await write(3);
    truncateSync(file('log.lock'), 100);
    await refusesToSign(/no valid checkpoint/);
  });

  test('a second server on the folder stops the first one, and neither rewrites what the other signed', async () => {
    log = await openLog(folder);
    await log.put('a', '1');
    const second = await openLog(folder);
    await second.put('a', '2');
    const lock = readFileSync(file('log.lock'));
    await expect(log.put('a', '3')).rejects.toMatchObject({ code: 'log_unwritable' });
    expect(log.writer.health.ok).toBe(false);
    expect(readFileSync(file('log.lock'))).toEqual(lock);
    expect((await second.put('a', '4')).size).toBe(3);
    await second.close();
  });

  test('a lock that was changed underneath stops the writer, and what was committed is not acknowledged', async () => {
    log = await openLog(folder);
    await log.put('a', '1');
    save('log.lock', 'old');
    await log.put('a', '2');
    save('old', 'log.lock');
    await expect(log.put('a', '3')).rejects.toMatchObject({ code: 'log_unwritable' });
    await expect(log.put('a', '4')).rejects.toMatchObject({ code: 'log_unwritable' });
    expect(log.writer.health).toMatchObject({
      ok: false,
      reason: expect.stringContaining('changed by somebody else'),
    });
    expect(log.writer.head?.size).toBe(2);
    expect(log.writer.reader.entry(2)).toBeUndefined();
  });
});
