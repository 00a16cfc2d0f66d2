import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeEnvelope } from '#shared/log/codec.ts';
import { Refusal } from '#shared/errors.ts';
import { decodeBundle } from '#shared/log/merkle/bundle.ts';
import { leafHash } from '#shared/log/merkle/hash.ts';
import { rootFromTiles } from '#shared/log/merkle/prove.ts';
import { verifyConsistency, verifyInclusion } from '#shared/log/merkle/verify.ts';
import { type Checkpoint, openCheckpoint } from '#shared/log/note/checkpoint.ts';
import { parseVkey } from '#shared/log/note/keys.ts';
import { commit } from '#shared/domain/signing.ts';
import { toBase64url } from '#shared/bytes.ts';
import { sha256 } from '../sha256.ts';
import { verifyEd25519 } from './key.ts';
import { type TestLog, openLog, origin } from './testing.ts';

let log: TestLog;
beforeEach(async () => {
  log = await openLog();
});
afterEach(() => log.remove());

const opened = (note: string | undefined): Promise<Checkpoint> =>
  openCheckpoint(note ?? '', parseVkey(log.writer.key?.vkey ?? ''), verifyEd25519);

describe('the writer', () => {
  test('starts with a signed checkpoint over nothing', async () => {
    expect(log.writer.health).toEqual({ ok: true });
    expect(await opened(log.writer.head?.note)).toMatchObject({
      origin,
      size: 0,
      root: sha256(new Uint8Array()),
    });
  });

  test('answers with a signed checkpoint that has the entry, with proofs', async () => {
    const before = await opened(log.writer.head?.note);
    const done = await log.put('a', 'first');
    expect(done).toMatchObject({ value: 0, first: 0, last: 0, size: 1 });
    await Promise.all(Array.from({ length: 700 }, (_, i) => log.put('a', `text ${i}`)));
    const { size, root } = await opened(log.writer.head?.note);
    expect(size).toBe(701);
    for (const index of [0, 255, 256, 700]) {
      const leaf = leafHash(sha256, log.writer.reader.entry(index)!);
      verifyInclusion(sha256, { leaf, index, size, root, proof: log.writer.reader.inclusion(index, size) });
    }
    const first = await opened(done.checkpoint);
    for (const old of [before, first])
      verifyConsistency(sha256, {
        from: old.size,
        to: size,
        oldRoot: old.root,
        newRoot: root,
        proof: log.writer.reader.consistency(old.size, size),
      });
  });

  test('its tiles and bundles lead to the signed root, the old partial ones too', async () => {
    const checkpoints = [];
    for (let round = 0; round < 6; round += 1) {
      await Promise.all(Array.from({ length: 61 }, (_, i) => log.put(`${round}`, `${i}`)));
      checkpoints.push(await opened(log.writer.head?.note));
    }
    for (const { size, root } of checkpoints)
      expect(rootFromTiles(sha256, (tile) => log.writer.reader.tile(tile)!, size)).toEqual(root);
    const entries = decodeBundle(log.writer.reader.tile({ level: 'entries', n: 1, width: 5 })!, 5);
    expect(entries[4]).toEqual(log.writer.reader.entry(260));
    expect(log.writer.reader.tile({ level: 0, n: 1, width: 111 })).toBeUndefined();
    expect(log.writer.reader.tile({ level: 'entries', n: 2, width: 1 })).toBeUndefined();
    expect(() => log.writer.reader.inclusion(0, 367)).toThrow('has signed 366');
  });

  test('commands of one group see each other, and share its commit', async () => {
    const seen: unknown[] = [];
    const [a, b] = await Promise.all([
      log.put('a', 'one'),
      log.writer.run((draft) => {
        seen.push(draft.state.get('note', 'a')?.text, draft.size);
        draft.append('note.put', { id: 'a', text: `${draft.state.get('note', 'a')?.text} two` });
        seen.push(draft.state.get('note', 'a')?.text, draft.size);
      }),
    ]);
    expect(seen).toEqual(['one', 1, 'one two', 2]);
    expect(b.checkpoint).toBe(a.checkpoint);
    expect(log.writer.state.get('note', 'a')).toEqual({ text: 'one two', entry: 1 });
  });

  test('a refused command leaves nothing: no entry, no state, no detail, no place', async () => {
    const results = await Promise.allSettled([
      log.put('a', 'kept'),
      log.writer.run((draft) => {
        draft.append('note.put', { id: 'a', text: 'lost' });
        draft.append('note.put', { id: 'b', text: 'lost' });
        draft.keepDetail(new Uint8Array(32), 'lost');
        draft.erase({ below: 1 });
        throw new Refusal('own_request');
      }),
      log.writer.run((draft) => draft.state.get('note', 'a')?.text),
    ]);
    expect(results).toMatchObject([
      { value: { first: 0, last: 0 } },
      { reason: { code: 'own_request' } },
      { value: { value: 'kept', first: 1, last: 0, size: 1 } },
    ]);
    expect([...log.writer.state.all('note')]).toEqual([['a', { text: 'kept', entry: 0 }]]);
    expect(await log.database.reader.selectFrom('details').selectAll().execute()).toEqual([]);
    expect(log.writer.reader.size).toBe(1);
    expect(log.writer.index.find('note:b', 9, 9)).toEqual([]);
    expect(log.reports).toEqual([]);
  });

  test('an entry that its fold cannot take, or that no entry can hold, undoes the command', async () => {
    await expect(log.writer.run((draft) => draft.append('boom', {}))).rejects.toThrow('contradicts itself');
    await expect(log.put('a', 'x'.repeat(65_535))).rejects.toMatchObject({ code: 'too_large' });
    await expect(log.put('a', '\ud800')).rejects.toMatchObject({ code: 'invalid_input' });
    expect((await log.put('a', 'x')).size).toBe(1);
  });

  test('a command that waits for something is refused, and its draft is dead afterwards', async () => {
    let draftLater: { append: (type: string, body: Record<string, unknown>) => number } | undefined;
    await expect(
      log.writer.run((draft) => {
        draftLater = draft;
        return Promise.resolve();
      }),
    ).rejects.toThrow('synchronous');
    expect(() => draftLater?.append('note.put', { id: 'a', text: 'late' })).toThrow('after it ended');
  });

  test('rows outside the fold and details are kept in the same transaction', async () => {
    const salt = new Uint8Array(randomBytes(32));
    const { value } = await log.writer.run((draft) => {
      const commitment = draft.keepDetail(salt, 'incident 7');
      draft.keepDetail(salt, 'incident 7'); // sent again
      draft.append('note.put', { id: 'a', text: toBase64url(commitment) });
      return commitment;
    });
    expect(toBase64url(value)).toBe(commit(toBase64url(salt), 'incident 7'));
    const rows = await log.database.reader.selectFrom('details').selectAll().execute();
    expect(rows).toMatchObject([{ detail: 'incident 7', entry: 0 }]);
    await expect(log.writer.run((draft) => draft.keepDetail(new Uint8Array(31), 'x'))).rejects.toThrow(
      Refusal,
    );
  });

  test('subscribers hear of entries once they are signed, and one that throws harms nobody', async () => {
    const heard: unknown[] = [];
    log.writer.subscribe(() => {
      throw new Error('listener');
    });
    const stop = log.writer.subscribe((entries) => {
      for (const { index, entry } of entries) heard.push([index, entry.type, log.writer.head?.size]);
    });
    await Promise.all([log.put('a', '1'), log.put('b', '2')]);
    await log.writer.run(() => undefined);
    stop();
    await log.put('c', '3');
    expect(heard).toEqual([
      [0, 'note.put', 2],
      [1, 'note.put', 2],
    ]);
    expect(log.reports).toHaveLength(2);
  });

  test('subscribers hear of each committed entry once and in order, before its command is answered', async () => {
    const heard: (number | string)[] = [];
    log.writer.subscribe((entries) => heard.push(...entries.map(({ index }) => index)));
    const put = async (id: string): Promise<void> =>
      void (await log.put(id, 'x').finally(() => heard.push(id)));
    await put('a');
    await Promise.allSettled([
      log.writer.run((draft) => {
        draft.append('note.put', { id: 'refused', text: 'x' });
        throw new Refusal('own_request');
      }),
      ...Array.from({ length: 1500 }, (_, n) => put(`b${n}`)),
    ]);
    await put('c');
    expect(heard.slice(0, 2)).toEqual([0, 'a']);
    expect(heard.slice(-2)).toEqual([1501, 'c']);
    expect(heard.filter((what) => typeof what === 'number')).toEqual(
      Array.from({ length: 1502 }, (_, n) => n),
    );
    for (let n = 0; n < 1500; n += 1) expect(heard.indexOf(n + 1)).toBeLessThan(heard.indexOf(`b${n}`));
  });

  test('nobody hears of what was not committed', async () => {
    const other = new DatabaseSync(join(log.folder, 'countersign.db'));
    log.database.raw.exec('PRAGMA busy_timeout = 50');
    const heard: unknown[] = [];
    log.writer.subscribe((entries) => heard.push(...entries.map(({ entry }) => entry.body['id'])));
    other.exec('BEGIN IMMEDIATE');
    await expect(log.put('lost', 'x')).rejects.toMatchObject({ code: 'log_unwritable' });
    other.exec('ROLLBACK');
    other.close();
    await log.put('kept', 'x');
    expect(heard).toEqual(['kept']);
  });

  test('state, time and tree are the same after a restart', async () => {
    await Promise.all(Array.from({ length: 300 }, (_, i) => log.put(`${i % 7}`, `text ${i}`)));
    await log.writer.run((draft) => draft.append('note.cut', { id: '3' }));
    const before = [[...log.writer.state.all('note')], log.writer.head?.note, log.writer.key?.vkey];
    await log.close();
    log = await openLog(log.folder);
    expect([[...log.writer.state.all('note')], log.writer.head?.note, log.writer.key?.vkey]).toEqual(before);
    expect((await log.put('a', 'more')).size).toBe(302);
    const times = log.writer.reader.entries(0, 302).map((bytes) => decodeEnvelope(bytes).time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('a commit that fails is not acknowledged, leaves nothing, and says why until something can be written', async () => {
    const other = new DatabaseSync(join(log.folder, 'countersign.db'));
    log.database.raw.exec('PRAGMA busy_timeout = 50');
    other.exec('BEGIN IMMEDIATE');
    await expect(log.put('a', 'x')).rejects.toMatchObject({ code: 'log_unwritable' });
    expect(log.writer.health).toMatchObject({
      ok: false,
      reason: expect.stringContaining('database is locked'),
    });
    other.exec('ROLLBACK');
    other.close();
    await expect.poll(() => log.writer.health, { timeout: 10_000 }).toEqual({ ok: true });
    expect((await log.put('a', 'x')).size).toBe(1);
  });

  test('what was made on top of a group that failed fails with it, and nothing of either is left', async () => {
    await log.put('a', 'kept');
    const other = new DatabaseSync(log.database.path);
    other.exec('BEGIN IMMEDIATE');
    const first = log.put('a', 'lost');
    await sleep(100); // the first group is on its way; the second is made from what it says
    const seen: unknown[] = [];
    const second = log.writer.run((draft) => seen.push(draft.state.get('note', 'a')?.text, draft.size));
    const third = log.put('b', 'lost too');
    for (const lost of [first, second, third])
      await expect(lost).rejects.toMatchObject({ code: 'log_unwritable' });
    expect(seen).toEqual(['lost', 2]);
    expect([...log.writer.state.all('note')]).toEqual([['a', { text: 'kept', entry: 0 }]]);
    other.exec('ROLLBACK');
    other.close();
    expect(await log.put('b', 'kept too')).toMatchObject({ value: 1, size: 2 });
    expect(log.writer.index.find('note:a', 9, 9)).toEqual([0]);
  });

  test('finds entries by what they are about, before and after the index has them', async () => {
    for (let i = 0; i < 40; i += 1) await log.put(`${i % 4}`, 'x');
    const found = (): number[] => log.writer.index.find('note:1', 38, 4);
    expect(found()).toEqual([37, 33, 29, 25]);
    await log.writer.index.flush();
    const rows = () => log.database.reader.selectFrom('places').selectAll().execute();
    expect(await rows()).toHaveLength(80);
    expect(found()).toEqual([37, 33, 29, 25]);
    await log.put('1', 'y');
    expect(log.writer.index.find('note:1', Infinity, 2)).toEqual([40, 37]);

    // A crash before the index was written: the next start catches up.
    await log.close();
    const db = new DatabaseSync(log.database.path);
    db.exec('DELETE FROM places WHERE entry >= 30; UPDATE indexed SET size = 30');
    db.close();
    log = await openLog(log.folder);
    expect(log.writer.index.find('note:1', Infinity, 3)).toEqual([40, 37, 33]);
    await log.writer.index.flush();
    expect(await rows()).toHaveLength(82);
  });

  test('an erased detail leaves no byte in the files, with a reader open too, and its neighbours stay', async () => {
    const salts = Array.from({ length: 200 }, () => new Uint8Array(randomBytes(32)));
    const marker = (i: number): string => `marker ${i} `.repeat(i % 50 === 0 ? 600 : 4);
    for (let i = 0; i < 200; i += 1)
      await log.writer.run((draft) => {
        draft.keepDetail(salts[i]!, marker(i));
        draft.append('note.put', { id: `${i}`, text: 'x' });
      });
    const bytes = (): string =>
      readdirSync(log.folder)
        .map((name) => readFileSync(join(log.folder, name), 'latin1'))
        .join('');
    expect(bytes()).toContain('marker 100 ');
    const reader = new DatabaseSync(log.database.path, { readOnly: true });
    const reading = reader.prepare('SELECT detail FROM details').iterate();
    reading.next();
    setTimeout(() => reading.return?.(undefined), 300);
    const odd = Array.from({ length: 100 }, (_, i) => 2 * i + 1);
    await log.writer.run((draft) => draft.erase({ entries: odd }));
    await log.writer.run((draft) => draft.erase({ below: 101 }));
    await expect.poll(() => bytes().includes('marker 101 '), { timeout: 5000 }).toBe(false);
    const left = bytes();
    for (let i = 0; i < 200; i += 1) {
      const isErased = i % 2 === 1 || i < 101;
      expect(left.includes(`marker ${i} `), `${i}`).toBe(!isErased);
      expect(left.includes(Buffer.from(salts[i]!).toString('latin1')), `salt of ${i}`).toBe(!isErased);
    }
    reader.close();
  });

  test('after an erasure nobody who writes waits for whoever reads, a backup for one', async () => {
    const wal = (): Buffer => readFileSync(`${log.database.path}-wal`);
    await log.writer.run((draft) => {
      draft.keepDetail(new Uint8Array(randomBytes(32)), 'a marker to erase');
      draft.append('note.put', { id: 'a', text: 'x' });
    });
    const reader = new DatabaseSync(log.database.path, { readOnly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM details').get();
    await log.writer.run((draft) => draft.erase({ below: 1 }));
    for (let i = 0; i < 20; i += 1) await log.put(`${i}`, 'x'); // each would wait for as long as SQLite does
    expect(wal().includes('a marker to erase')).toBe(true);
    reader.close();
    await expect.poll(() => wal().includes('a marker to erase'), { timeout: 5000 }).toBe(false);
  });
});
