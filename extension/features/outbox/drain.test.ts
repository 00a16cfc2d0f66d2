import { describe, expect, it } from 'vitest';
import { newId } from '#shared/bytes.ts';
import { batch as batchSchema } from '#shared/domain/actions/statements.ts';
import { commit, signedHash } from '#shared/domain/signing.ts';
import { parseCanonical } from '#shared/log/canonical.ts';
import { newRecordId, type ActionRecord } from '../../platform/record.ts';
import { drainer } from './drain.ts';
import { isOurs } from './plan.ts';
import { checkReceipt, ReceiptError } from './receipt.ts';
import { BROWSER, Killed, newDisk, FakeLog, world, type TestDisk } from './testing.ts';

let clock = 1_700_000_000_000;
function record(words: string, more: Partial<ActionRecord> = {}): ActionRecord {
  clock += 0.25;
  const id = newRecordId();
  return {
    id,
    at: clock,
    kind: 'clicked',
    console: 'flows',
    session: '',
    trusted: true,
    detail: { words },
    ...more,
  };
}
const put = (disk: TestDisk, ...records: ActionRecord[]): void =>
  records.forEach((one) => (disk.firsts[`act:${one.id}`] = one));
const words = (log: FakeLog): string[] =>
  log.details.map((text) => (JSON.parse(text) as { words: string }).words);
const many = (count: number): ActionRecord[] => Array.from({ length: count }, (_, n) => record(`act ${n}`));
const named = (records: readonly ActionRecord[]): string[] => records.map((one) => one.detail.words);

describe('the drainer', () => {
  it('numbers, signs, sends and deletes only what is proven', async () => {
    const [disk, log] = [newDisk(), await FakeLog.make()];
    const records = many(3);
    put(disk, ...records);
    const { world: w, seen } = world(disk, log);
    await drainer(w).drain();
    expect(words(log)).toEqual(named(records));
    expect(disk).toMatchObject({ firsts: {}, held: { size: 3 } });
    expect(disk.outbox.size).toBe(0);
    expect(seen.states.at(-1)).toEqual({ size: 0, full: false, trouble: '' });
    const [sent] = log.batches;
    expect(batchSchema.parse(sent)).toMatchObject({ number: 0, previous: '', browser: BROWSER });
  });

  it('keeps batches to 100 actions and the text short enough for an entry, chained, gapless and in order (case 44)', async () => {
    const [disk, log] = [newDisk(), await FakeLog.make()];
    const records = Array.from({ length: 1234 }, (_, n) =>
      record(`act ${n} ${'é'.repeat(n % 7 === 0 ? 1500 : 1)}`, { console: 'c'.repeat(63), session: newId() }),
    );
    put(disk, ...records.toReversed());
    await drainer(world(disk, log).world).drain();
    expect(words(log)).toEqual(named(records));
    expect(log.batches.every((one) => one.actions.length <= 100)).toBe(true);
    expect(log.batches.map((one) => one.number)).toEqual(log.batches.map((_, n) => n));
    expect(log.entries.every((entry) => entry.length <= 65_535)).toBe(true);
  });

  it('commits to each detail with a salt of its own', async () => {
    const [disk, log] = [newDisk(), await FakeLog.make()];
    put(disk, record('one', { detail: { words: 'half \ud83d and \0' } }));
    log.away = true;
    await drainer(world(disk, log).world).drain();
    const waiting = disk.outbox.get(0);
    const parsed = batchSchema.parse(parseCanonical(waiting?.text ?? ''));
    const [detail] = waiting?.details ?? [];
    expect(parsed.actions[0]?.detail).toBe(commit(detail?.salt ?? '', detail?.text ?? ''));
    expect(waiting?.text).not.toContain('half');
    expect(JSON.parse(detail?.text ?? '')).toEqual({ words: 'half \ufffd and \ufffd' });
  });

  it('leaves what is held back, and what came after it, until it is ripe', async () => {
    const [disk, log] = [newDisk(), await FakeLog.make()];
    const { world: w, seen } = world(disk, log);
    const records = [record('a'), record('b', { hold: seen.now + 400 }), record('c')];
    put(disk, ...records);
    const outbox = drainer(w);
    await outbox.drain();
    expect(words(log)).toEqual(['a']);
    expect(seen.later).toEqual([400]);
    seen.now += 400;
    await outbox.drain();
    expect(words(log)).toEqual(['a', 'b', 'c']);
    put(disk, record('d', { hold: seen.now + 1e9 }));
    expect(await outbox.lastNumber()).toBe(2);
    await outbox.drain();
    expect(words(log)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('gives a record that is written again no second number', async () => {
    const [disk, log] = [newDisk(), await FakeLog.make()];
    const one = record('press');
    const outbox = drainer(world(disk, log).world);
    put(disk, one);
    await outbox.drain();
    put(disk, { ...one, detail: { words: 'press again' } });
    await outbox.drain();
    expect(words(log)).toEqual(['press']);
    expect(disk.firsts).toEqual({});
  });

  it('throws out what no recorder wrote, and goes on', async () => {
    const [disk, log] = [newDisk(), await FakeLog.make()];
    const good = record('good');
    disk.firsts['act:x'] = { id: 'x' };
    disk.firsts['act:other'] = good;
    put(disk, good);
    await drainer(world(disk, log).world).drain();
    expect(words(log)).toEqual(['good']);
    expect(disk.firsts).toEqual({});
  });

  it('keeps everything while the server is away and sends it once, in order (T27)', async () => {
    const [disk, log] = [newDisk(), await FakeLog.make()];
    const { world: w, seen } = world(disk, log);
    const outbox = drainer(w);
    log.away = true;
    const records = many(30);
    for (const one of records) {
      put(disk, one);
      await outbox.drain();
    }
    expect(seen.states.at(-1)).toEqual({ size: 30, full: false, trouble: '' });
    expect(disk.outbox.size).toBe(30);
    log.away = false;
    await outbox.drain();
    expect(log.posts).toBe(0); // it waits out its pause, and comes back after it
    expect(seen.later.at(-1)).toBeGreaterThan(0);
    outbox.reachable();
    await outbox.drain();
    expect(words(log)).toEqual(named(records));
    expect(seen.states.at(-1)?.size).toBe(0);
  });

  it('sends the same bytes again when the answer was lost, and the log has them once (case 46)', async () => {
    const [disk, log] = [newDisk(), await FakeLog.make()];
    const { world: w, seen } = world(disk, log);
    const outbox = drainer(w);
    put(disk, record('once'));
    log.deaf = true;
    await outbox.drain();
    const { text, signature } = disk.outbox.get(0) ?? {};
    log.deaf = false;
    seen.now += 60_000;
    await outbox.drain();
    expect(log.posts).toBe(2);
    expect(words(log)).toEqual(['once']);
    expect(disk.outbox.size).toBe(0);
    expect(signedHash('batch', text ?? '')).toBe(log.chain.hash);
    expect(signature).toHaveLength(86);
  });

  it('shuts the gate at the high-water mark and drops nothing (T28, case 47)', async () => {
    const [disk, log] = [newDisk(), await FakeLog.make()];
    const { world: w, seen } = world(disk, log);
    const outbox = drainer(w, { records: 20, bytes: 1e9 });
    log.away = true;
    const records = many(25);
    put(disk, ...records.slice(0, 19));
    await outbox.drain();
    expect(seen.states.at(-1)?.full).toBe(false);
    put(disk, ...records.slice(19));
    await outbox.drain();
    expect(seen.states.at(-1)).toMatchObject({ size: 25, full: true });
    log.away = false;
    outbox.reachable();
    await outbox.drain();
    expect(words(log)).toEqual(named(records));
    expect(seen.states.at(-1)).toMatchObject({ size: 0, full: false });
  });

  it('stops and says so when the key is used elsewhere', async () => {
    const [disk, log] = [newDisk(), await FakeLog.make()];
    put(disk, record('mine'));
    log.chain = { number: 4, hash: 'x' };
    const { world: w, seen } = world(disk, log);
    const outbox = drainer(w);
    await outbox.drain();
    expect(seen.states.at(-1)?.trouble).toMatch(/Pair it again/);
    const { posts } = log;
    seen.now += 1e6;
    await outbox.drain();
    expect(log.posts).toBe(posts);
    expect(disk.outbox.size).toBe(1);
  });

  it('starts anew with another log, of which it holds no checkpoint', async () => {
    const disk = newDisk();
    const first = await FakeLog.make();
    put(disk, record('there'));
    await drainer(world(disk, first).world).drain();
    const second = await FakeLog.make();
    put(disk, record('here'));
    const browser = 'C'.repeat(21) + 'A';
    const { world: w, seen } = world(disk, second, { browser });
    await drainer(w).drain();
    expect(words(second)).toEqual(['here']);
    expect(seen.states.at(-1)).toEqual({ size: 0, full: false, trouble: '' });
    expect(disk.held?.logKey).toBe(second.vkey);
  });

  it('numbers what an ended pairing left under the new key', async () => {
    const [disk, log] = [newDisk(), await FakeLog.make()];
    log.away = true;
    const records = many(3).map((one) => ({ ...one, session: newId() }));
    put(disk, ...records.slice(0, 2));
    await drainer(world(disk, log).world).drain();
    log.away = false;
    put(disk, ...records.slice(2));
    const browser = 'C'.repeat(21) + 'A';
    await drainer(world(disk, log, { browser }).world).drain();
    expect(words(log)).toEqual(named(records));
    expect(log.batches.every((one) => one.browser === browser)).toBe(true);
    expect(log.batches.flatMap((one) => one.actions.map((action) => action.session))).toEqual([
      '',
      '',
      records[2]?.session,
    ]);
  });
});

describe('a worker killed at every await loses nothing and doubles nothing (case 43)', () => {
  it.each([false, true])('after the effect: %s', async (after) => {
    for (let killAt = 1; ; killAt += 1) {
      const [disk, log] = [newDisk(), await FakeLog.make()];
      const records = many(205);
      put(disk, ...records);
      const first = world(disk, log, { killAt, after });
      const whole = await drainer(first.world)
        .drain()
        .then(() => true)
        .catch((cause: unknown) => {
          expect(cause).toBeInstanceOf(Killed);
          return false;
        });
      const late = record('late');
      put(disk, late);
      await drainer(world(disk, log).world).drain();
      expect(words(log), `killed at ${killAt}`).toEqual([...named(records), 'late']);
      expect(disk.outbox.size).toBe(0);
      expect(disk.firsts).toEqual({});
      if (whole) {
        expect(killAt).toBeGreaterThan(20);
        return;
      }
    }
  });
});

describe('receipts', () => {
  async function sent() {
    const [disk, log] = [newDisk(), await FakeLog.make()];
    put(disk, record('first'));
    await drainer(world(disk, log).world).drain();
    put(disk, record('second'));
    log.deaf = true;
    await drainer(world(disk, log).world).drain();
    const batch = disk.outbox.get(1);
    if (!batch || !disk.held) throw new Error('nothing waits');
    const { held } = disk;
    const receipt = await log.receipt(1, held.size);
    const check = (change: object = {}, more: object = {}) =>
      checkReceipt(
        { ...receipt, ...change },
        { ...batch, browser: BROWSER },
        { logKey: log.vkey, held, ...more },
      );
    return { log, held, receipt, check };
  }

  it('hold when all of it does', async () => {
    const { check, log } = await sent();
    expect((await check()).size).toBe(log.entries.length);
  });

  it('are refused for each part that does not hold', async () => {
    const { check, receipt, held, log } = await sent();
    const other = await log.receipt(0, held.size);
    const elsewhere = await FakeLog.make();
    const flip = (proof: string[]) =>
      proof.map((one, n) => (n === 0 ? `${one.startsWith('B') ? 'C' : 'B'}${one.slice(1)}` : one));
    for (const [what, change] of Object.entries({
      'another entry': { entry: other.entry },
      'another number': { number: 0 },
      'another index': { index: receipt.index - 1 },
      'a bent inclusion proof': { inclusion: flip(receipt.inclusion) },
      'no inclusion proof': { inclusion: [] },
      'a bent consistency proof': { consistency: flip(receipt.consistency) },
      'no consistency proof': { consistency: [] },
      'a checkpoint by another key': { checkpoint: (await elsewhere.receipt(0, 0)).checkpoint },
      'a changed checkpoint': { checkpoint: receipt.checkpoint.replace('\n5\n', '\n6\n') },
      'no checkpoint': { checkpoint: '' },
      'no entry': { entry: '' },
    }))
      await expect(check(change), what).rejects.toThrow(ReceiptError);
    await expect(check({}, { held: { ...held, root: btoa('x'.repeat(32)) } })).rejects.toThrow(ReceiptError);
    await expect(check({}, { logKey: elsewhere.vkey })).rejects.toThrow(ReceiptError);
  });

  it('that do not hold delete nothing and stop the sending', async () => {
    const [disk, log] = [newDisk(), await FakeLog.make()];
    put(disk, record('one'));
    const { world: w, seen } = world(disk, log);
    const lying = { ...w, send: async () => ({ ...(await log.take(disk.outbox.get(0)!, 0)), index: 0 }) };
    await drainer(lying).drain();
    expect(disk.outbox.size).toBe(1);
    expect(disk.held).toBeUndefined();
    expect(seen.states.at(-1)?.trouble).toMatch(/could not prove/);
  });
});

describe('the server’s word on the chain', () => {
  it('is ours, or of a clone', async () => {
    const [disk, log] = [newDisk(), await FakeLog.make()];
    const outbox = drainer(world(disk, log).world);
    const ours = (server: { number: number; hash: string }) =>
      isOurs(server, disk.chain ?? { number: -1, hash: '' }, disk.outbox.values().next().value);
    expect(ours({ number: -1, hash: '' })).toBe(true);
    expect(ours({ number: 0, hash: 'x' })).toBe(false);
    put(disk, record('a'));
    await outbox.drain();
    const proven = { ...log.chain };
    expect(ours(proven)).toBe(true);
    expect(ours({ ...proven, hash: 'another' })).toBe(false);
    expect(ours({ number: 1, hash: 'another' })).toBe(false);
    log.deaf = true;
    put(disk, record('b'));
    await outbox.drain();
    expect(ours({ number: -1, hash: '' })).toBe(true); // an answer from before
    expect(ours(proven)).toBe(true);
    expect(ours(log.chain)).toBe(true);
    expect(ours({ number: 1, hash: 'another' })).toBe(false);
    expect(ours({ number: 2, hash: 'x' })).toBe(false);
  });
});
