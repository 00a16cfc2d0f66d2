import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeEnvelope } from '#shared/log/codec.ts';
import { type ClockSources, LogClock } from './clock.ts';
import { type TestLog, makeFolder, openLog } from './testing.ts';

/** Clocks that stand still until told: `pass` moves all, `sleep` all but the monotonic, `set` only the wall clock. */
class HandClocks implements ClockSources {
  #wall = 1_800_000_000_000;
  #monotonic = 0;
  #uptime = 5000;
  readonly wall = (): number => this.#wall;
  readonly monotonic = (): number => this.#monotonic;
  readonly uptime = (): number => this.#uptime;
  pass(ms: number): void {
    this.sleep(ms);
    this.#monotonic += ms;
  }
  sleep(ms: number): void {
    this.#wall += ms;
    this.#uptime += ms;
  }
  set(step: number): void {
    this.#wall += step;
  }
}

const HOUR = 3_600_000;
let clocks: HandClocks;
let log: TestLog;
beforeEach(async () => {
  clocks = new HandClocks();
  log = await openLog(makeFolder(), { clocks });
});
afterEach(() => log.remove());

const timeOf = (index: number): number => decodeEnvelope(log.writer.reader.entry(index)!).time;
const refused = { code: 'log_unwritable' };

describe('log time', () => {
  test('equal milliseconds are fine', async () => {
    await log.put('a', '1');
    await log.put('a', '2');
    expect(timeOf(1)).toBe(timeOf(0));
  });

  test('a step back under 2 s is waited out', async () => {
    await log.put('a', '1');
    clocks.set(-1500);
    const waiting = log.put('a', '2');
    const early = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 300, 'waits'))]);
    expect(early).toBe('waits');
    clocks.pass(1500);
    await waiting;
    expect(timeOf(1)).toBe(timeOf(0));
  });

  test('case 28: the clock goes back by an hour: what expired stays expired, nothing is signed', async () => {
    await log.put('a', '1');
    clocks.pass(5 * HOUR); // the log was idle, so only the other clock tells
    const before = log.writer.now();
    const checkpoint = log.writer.head?.note;
    clocks.set(-HOUR);
    await expect(log.put('a', '2')).rejects.toMatchObject(refused);
    expect(log.writer.health).toMatchObject({
      ok: false,
      reason: expect.stringContaining('went back by 60 minutes'),
    });
    expect(log.writer.head?.note).toBe(checkpoint);
    expect(log.writer.now()).toBe(before);
    clocks.pass(1000);
    expect(log.writer.now()).toBe(before + 1000);
    clocks.set(HOUR);
    await log.put('a', '3');
    expect(timeOf(1)).toBe(before + 1000);
  });

  test('case 28: also over a restart, until the clock has caught up', async () => {
    await log.put('a', '1');
    await log.close();
    clocks.set(-HOUR);
    log = await openLog(log.folder, { clocks });
    await expect(log.put('a', '2')).rejects.toMatchObject(refused);
    expect(log.writer.now()).toBe(timeOf(0));
    clocks.pass(HOUR);
    await log.put('a', '3');
  });

  test('a large jump forward stops writing; idle hours do not', async () => {
    await log.put('a', '1');
    clocks.pass(9 * HOUR);
    await log.put('a', '2');
    clocks.set(HOUR);
    await expect(log.put('a', '3')).rejects.toMatchObject(refused);
    expect(log.writer.health).toMatchObject({
      ok: false,
      reason: expect.stringContaining('jumped forward by 60 minutes'),
    });
    await log.close();
    log = await openLog(log.folder, { clocks }); // somebody says that the clock is right
    await log.put('a', '4');
    expect(timeOf(2)).toBe(clocks.wall());
  });

  test('a jump that only a restart ends says so; one back does not', async () => {
    await log.put('a', '1');
    clocks.set(10 * 60_000 + 1000);
    expect(log.writer.health).toMatchObject({ ok: false, restart: true });
    clocks.set(-2 * HOUR);
    expect(log.writer.health).toMatchObject({ ok: false });
    expect(log.writer.health).not.toHaveProperty('restart');
  });

  test('a machine that slept for hours goes on writing, in the time that it woke up to', async () => {
    await log.put('a', '1');
    clocks.sleep(9 * HOUR);
    expect(log.writer.health).toEqual({ ok: true });
    await log.put('a', '2');
    expect(timeOf(1) - timeOf(0)).toBe(9 * HOUR);
    // And again, with a correction of the clock on top.
    clocks.sleep(9 * HOUR);
    clocks.set(5 * 60_000);
    await log.put('a', '3');
    expect(timeOf(2) - timeOf(1)).toBe(9 * HOUR + 5 * 60_000);
  });

  test('a jump forward during a sleep is one, as far as it is larger than the sleep', async () => {
    await log.put('a', '1');
    clocks.sleep(HOUR);
    clocks.set(11 * 60_000);
    await expect(log.put('a', '2')).rejects.toMatchObject(refused);
    expect(log.writer.health).toMatchObject({ reason: expect.stringContaining('forward by 11 minutes') });
  });

  test('case 28: set back while the machine slept, what expired meanwhile stays expired', async () => {
    await log.put('a', '1');
    const before = log.writer.now();
    clocks.sleep(HOUR);
    clocks.set(-HOUR); // the wall clock says what it said before
    clocks.pass(1000);
    expect(log.writer.now()).toBe(before + HOUR + 1000);
    await expect(log.put('a', '2')).rejects.toMatchObject(refused);
    expect(log.writer.health).toMatchObject({ reason: expect.stringContaining('went back by 60 minutes') });
  });

  test('an uptime that counts in whole seconds is no sleep', async () => {
    let wall = 1_800_000_000_000;
    const coarse = {
      wall: () => wall,
      monotonic: () => wall - 1_799_999_999_000,
      uptime: () => Math.floor(wall / 1000) * 1000,
    };
    const clock = new LogClock(coarse, wall);
    for (let n = 0; n < 40; n += 1) {
      wall += 130;
      expect(clock.read()).toEqual({ time: wall });
      expect(clock.now()).toBe(wall);
    }
  });

  test('a small correction forward is followed', async () => {
    await log.put('a', '1');
    for (let i = 0; i < 5; i += 1) {
      clocks.set(4 * 60_000);
      await log.put('a', '2');
    }
    expect(timeOf(5) - timeOf(0)).toBe(20 * 60_000);
  });
});
