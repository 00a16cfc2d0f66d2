import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeEnvelope } from '#shared/entries/codec.ts';
import { Refusal } from '#shared/errors.ts';
import { decodeBundle } from '#shared/merkle/bundle.ts';
import { leafHash } from '#shared/merkle/hash.ts';
import { rootFromTiles } from '#shared/merkle/prove.ts';
import { verifyConsistency, verifyInclusion } from '#shared/merkle/verify.ts';
import { type Checkpoint, openCheckpoint } from '#shared/note/checkpoint.ts';
import { parseVkey } from '#shared/note/keys.ts';
import { commit } from '#shared/statement/signing.ts';
import { toBase64url } from '#shared/bytes.ts';
import { sha256 } from './hash.ts';
import { verifyEd25519 } from './key.ts';
import { type TestLog, openLog, origin } from './testing.ts';

let log: TestLog;
beforeEach(async () => {
  log = await openLog();
});
afterEach(() => log.remove());

const opened = (note: string | undefined): Promise<Checkpoint> =>
  openCheckpoint(note ?? '', parseVkey(log.writer.vkey ?? ''), verifyEd25519);

describe('the writer', () => {
  test('starts with a signed checkpoint over nothing', async () => {
    expect(log.writer.health).toEqual({ ok: true });
    expect(await opened(log.writer.checkpoint())).toMatchObject({
      origin,
      size: 0,
      root: sha256(new Uint8Array()),
    });
  });

  test('answers with a signed checkpoint that has the entry, with proofs', async () => {
    const before = await opened(log.writer.checkpoint());
    const done = await log.put('a', 'first');
    expect(done).toMatchObject({ value: 0, first: 0, last: 0, size: 1 });
    await Promise.all(Array.from({ length: 700 }, (_, i) => log.put('a', `text ${i}`)));
    const { size, root } = await opened(log.writer.checkpoint());
    expect(size).toBe(701);
    for (const index of [0, 255, 256, 700]) {
      const leaf = leafHash(sha256, log.writer.log.entry(index)!);
      verifyInclusion(sha256, { leaf, index, size, root, proof: log.writer.log.inclusion(index, size) });
    }
    const first = await opened(done.checkpoint);
    for (const old of [before, first])
      verifyConsistency(sha256, {
        from: old.size,
        to: size,
        oldRoot: old.root,
        newRoot: root,
        proof: log.writer.log.consistency(old.size, size),
      });
  });

  test('its tiles and bundles lead to the signed root, the old partial ones too', async () => {
    const checkpoints = [];
    for (let round = 0; round < 6; round += 1) {
      await Promise.all(Array.from({ length: 61 }, (_, i) => log.put(`${round}`, `${i}`)));
      checkpoints.push(await opened(log.writer.checkpoint()));
    }
    for (const { size, root } of checkpoints)
      expect(rootFromTiles(sha256, (tile) => log.writer.log.tile(tile)!, size)).toEqual(root);
    const entries = decodeBundle(log.writer.log.tile({ level: 'entries', n: 1, width: 5 })!, 5);
    expect(entries[4]).toEqual(log.writer.log.entry(260));
    expect(log.writer.log.tile({ level: 0, n: 1, width: 111 })).toBeUndefined();
    expect(log.writer.log.tile({ level: 'entries', n: 2, width: 1 })).toBeUndefined();
    expect(() => log.writer.log.inclusion(0, 367)).toThrow('has signed 366');
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

  test('a refused command leaves nothing: no entry, no state, no row, no detail', async () => {
    const results = await Promise.allSettled([
      log.put('a', 'kept'),
      log.writer.run((draft) => {
        draft.append('note.put', { id: 'a', text: 'lost' });
        draft.append('note.put', { id: 'b', text: 'lost' });
        draft.keepDetail(new Uint8Array(32), 'lost');
        draft.db.exec("INSERT INTO key_counters VALUES ('lost', 1)");
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
    for (const table of ['details', 'key_counters'] as const)
      expect(await log.database.reader.selectFrom(table).selectAll().execute()).toEqual([]);
    expect(await log.database.reader.selectFrom('entries').select('index').execute()).toEqual([{ index: 0 }]);
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

  test('state, time and tree are the same after a restart', async () => {
    await Promise.all(Array.from({ length: 300 }, (_, i) => log.put(`${i % 7}`, `text ${i}`)));
    await log.writer.run((draft) => draft.append('note.cut', { id: '3' }));
    const before = [[...log.writer.state.all('note')], log.writer.checkpoint(), log.writer.vkey];
    await log.close();
    log = await openLog(log.folder);
    expect([[...log.writer.state.all('note')], log.writer.checkpoint(), log.writer.vkey]).toEqual(before);
    expect((await log.put('a', 'more')).size).toBe(302);
    const times = log.writer.log.entries(0, 302).map((bytes) => decodeEnvelope(bytes).time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('a commit that fails is not acknowledged, leaves nothing, and says why until one succeeds', async () => {
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
    expect((await log.put('a', 'x')).size).toBe(1);
    expect(log.writer.health).toEqual({ ok: true });
  });

  test('case 56: a full disk is a refusal, reads go on, and writing goes on when there is room', async () => {
    await log.put('a', 'kept');
    const pages = log.database.raw.prepare('PRAGMA page_count').get()?.['page_count'];
    log.database.raw.exec(`PRAGMA max_page_count = ${Number(pages)}`);
    const full = await Promise.allSettled(Array.from({ length: 20 }, () => log.put('b', 'x'.repeat(5000))));
    expect(full.every((result) => result.status === 'rejected' && result.reason instanceof Refusal)).toBe(
      true,
    );
    expect(log.writer.health).toMatchObject({ ok: false, reason: expect.stringContaining('full') });
    expect(log.writer.state.get('note', 'a')?.text).toBe('kept');
    expect(log.writer.log.entry(0)).toBeDefined();
    log.database.raw.exec('PRAGMA max_page_count = 100000');
    expect((await log.put('b', 'y')).size).toBe(2);
  });
});
