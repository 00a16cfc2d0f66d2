import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toBase64url } from '#shared/bytes.ts';
import { type HeldLog, checkSuccession } from '#shared/verify/succession.ts';
import { verifyLog } from '#shared/verify/log.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { run } from '../testing/forgery.ts';
import { seal, sourceOf } from '../testing/log-files.ts';
import { logKey } from '../log/key.ts';
import { readKeyFile } from '../log/key-store.ts';
import { Lock } from '../log/lock.ts';
import type { Person } from '../testing/person.ts';
import { restoreBackup } from '../testing/recovered.ts';
import {
  type RecoveryTerms,
  recoveryTerms,
  shownRecovery,
  touchRecovery as touch,
} from '../testing/recovery-touch.ts';
import { type SoftBrowser, refused } from '../testing/soft-browser.ts';
import { type TestServer, startServer } from '../testing/start.ts';
import { prepareRecovery } from './prepare.ts';

let server: TestServer;
let admin: Person;
let bea: Person;
let ana: Person;
let browser: SoftBrowser;
/** What a browser holds before the backup, and after it. */
let early: HeldLog;
let late: HeldLog;
const file = (name: string): string => join(server.folder, name);

function held(): HeldLog {
  const { log, leaseKey } = server.services;
  const { size, root } = log.head;
  const { origin, verifierKey, genesis } = log;
  return {
    origin,
    logKey: verifierKey,
    leaseKey: leaseKey.publicKey,
    genesis,
    size,
    root: toBase64url(root),
  };
}

const yes = (): Promise<void> => Promise.resolve();

beforeEach(async () => {
  server = await startServer();
  admin = server.admin;
  bea = await server.person('bea', ['administrator']);
  ana = await server.person('ana', ['engineer']);
  browser = await ana.pair();
  const asked = await ana.ask(browser, { console: 'queue', seconds: 900 });
  await ana.activate(browser, asked.id);
  early = held();
});
afterEach(() => server.remove());

/** Yesterday's backup is put in place of today's database. */
const restoreYesterday = (): Promise<void> =>
  restoreBackup(server, async () => {
    await server.person('ivy', ['engineer']);
    late = held();
  });

describe('case 61: yesterday’s backup was put in place', () => {
  test('nothing is signed, two administrators touch, and the log goes on under a new origin', async () => {
    const { size, note } = server.services.log.head;
    const line = 'only counted here\n';
    server.services.witnesses.store.keep({ witness: browser.id, kind: 'browser', size, time: 1, note, line });
    await restoreYesterday();
    await server.start();
    expect(server.services.log.health).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/an older copy of it was restored.* countersign recover/),
    });
    await server.stop();

    const { lost, proposal } = await prepareRecovery(server.folder, undefined, yes);
    expect(lost).toMatchObject({ origin: early.origin, known: true });
    expect(proposal.lost).toMatchObject({ size: late.size, root: late.root });
    expect(proposal.restored).toEqual({ size: early.size, root: early.root });
    await server.start();

    // Reads go on, signing in works, nothing is written.
    await admin.signIn();
    await bea.signIn();
    expect(await call(admin.send, wire.logHealth, {})).toMatchObject({ ok: false, recovering: true });
    // How far it is witnessed is counted against what was signed, not against what is left.
    expect(await call(admin.send, wire.listWitnesses, {})).toMatchObject({
      size: late.size,
      browsers: [{ browser: browser.id, size }],
    });
    expect(await refused(admin.invite('eve', ['engineer']))).toBe('log_unwritable');

    // One touch is not enough, not even twice, and it outlives a restart.
    expect(await touch(admin)).toEqual({ done: false });
    expect(await touch(admin)).toEqual({ done: false });
    await server.stop();
    await server.start();
    expect((await shownRecovery(bea)).touches.map(({ by }) => by.handle)).toEqual(['root']);
    expect(await touch(bea)).toEqual({ done: true });

    // On it goes, without a restart.
    const { log } = server.services;
    expect(log.health).toEqual({ ok: true });
    expect(log.origin).toBe(early.origin.replace(/1$/, '2'));
    expect(log.head.note.startsWith(`${log.origin}\n${early.size + 1}\n`)).toBe(true);
    expect(log.entry(early.size)).toMatchObject({
      type: 'log.recovered',
      body: { lost: { size: late.size, root: late.root }, restored: { size: early.size } },
    });
    expect(log.state.get('browser', browser.id)?.status).toBe('unpaired');
    expect([...log.state.all('grant')].map(([, { status, endedHow }]) => [status, endedHow])).toEqual([
      ['ended', 'recovered'],
    ]);
    expect(readFileSync(file('log.lock.1'), 'latin1')).toContain(early.origin);
    expect(existsSync(file('recovery.json'))).toBe(false);
    // Who had cosigned the log of before says nothing of this one.
    expect(await call(admin.send, wire.listWitnesses, {})).toMatchObject({ size: size + 1, browsers: [] });
    const again = await ana.pair();
    await ana.activate(again, (await ana.ask(again, { console: 'queue', seconds: 900 })).id);
    expect((await again.renew()).leases).toHaveLength(1);

    // And after a restart; its keys have taken their places.
    await server.stop();
    await server.start();
    expect(server.services.log.health).toEqual({ ok: true });
    for (const name of ['log.key', 'lease.key']) expect(existsSync(file(`${name}.recovered`))).toBe(false);
    expect(server.services.leaseKey.publicKey).toBe(proposal.leaseKey);

    // A verifier who pins the genesis follows it, and one who pins the first key.
    const entries = server.services.log.reader.entries(0, server.services.log.size);
    const files = await seal(entries, logKey(proposal.origin, readKeyFile(file('log.key'))));
    const { genesis } = early;
    for (const pins of [{ genesis }, { genesis, logKey: early.logKey }]) {
      const { verdict, steps } = await run(verifyLog(sourceOf(files), pins));
      expect(verdict).toMatchObject({ state: 'ok' });
      expect(steps.find(({ key }) => key === `recovered-${early.size}`)?.sentence).toMatch(
        /2 entries that had been signed/,
      );
    }

    // So does a browser, from what it held before the backup and from what was lost.
    for (const pins of [early, late]) {
      const answer = await call(browser.send, wire.succession, {
        query: { from: pins.size, origin: pins.origin },
      });
      const { origin, logKey: vkey, leaseKey } = proposal;
      expect(await checkSuccession(pins, answer)).toMatchObject({ origin, logKey: vkey, leaseKey, lost: 2 });
      await expect(checkSuccession({ ...pins, root: genesis }, answer)).rejects.toThrow(
        /not prove the change/,
      );
    }
    const more = { ...late, size: late.size + 1 };
    const answer = await call(browser.send, wire.succession, {
      query: { from: late.size, origin: late.origin },
    });
    await expect(checkSuccession(more, answer)).rejects.toThrow(/no more than \d+ ever were signed/);
  });

  test('touches by one person, over other terms, by somebody else or too late make no recovery', async () => {
    await restoreYesterday();
    const { proposal } = await prepareRecovery(server.folder, undefined, yes);
    await server.start();
    await bea.signIn();
    await admin.signIn();
    await ana.signIn();
    const wrong: Partial<RecoveryTerms>[] = [
      { origin: 'localhost/7' },
      { lost: { size: late.size - 1, root: late.root } },
      { restored: { size: 1, root: early.root } },
      { logKey: early.logKey },
      { leaseKey: early.leaseKey },
    ];
    for (const alter of wrong) expect(await refused(touch(admin, alter))).toBe('statement_mismatch');
    expect(await refused(call(ana.send, wire.showRecovery, {}))).toBe('forbidden');
    const terms = await recoveryTerms(admin);
    const ours = await ana.touch('recovery', terms);
    expect(await refused(call(ana.send, wire.recover, { body: { touch: ours } }))).toBe('forbidden');
    const used = await admin.touch('recovery', terms);
    await call(admin.send, wire.recover, { body: { touch: used } });
    expect(await refused(call(bea.send, wire.recover, { body: { touch: used } }))).toMatch(
      /statement_mismatch|statement_used/,
    );
    server.clock.pass(24 * 3_600_000);
    await bea.signIn();
    expect(await touch(bea)).toEqual({ done: false });
    expect(server.services.log.health.ok).toBe(false);
    expect(server.services.log.origin).toBe(early.origin);
    expect(proposal.touches).toEqual([]);
  });
});

describe('point 8: something is lost', () => {
  test('the key: nothing is signed, the log page says so, and a recovery gives up no entry', async () => {
    await server.stop();
    rmSync(file('log.key'));
    await server.start();
    await admin.signIn();
    const health = await call(admin.send, wire.logHealth, {});
    expect(health.reason).toMatch(/log\.key is missing.* countersign recover/);
    await server.stop();
    const { lost, proposal } = await prepareRecovery(server.folder, undefined, yes);
    expect(lost.lost.size).toBe(early.size);
    await server.start();
    await admin.signIn();
    await bea.signIn();
    await touch(bea);
    expect(await touch(admin)).toEqual({ done: true });
    expect(server.services.log.verifierKey).toBe(proposal.logKey);
    await server.person('ivy', ['engineer']);
  });

  test('the lock: a checkpoint from a witness says what was lost, and one by another key does not', async () => {
    await restoreYesterday();
    const lock = await Lock.open(file('log.lock'));
    await lock.close();
    rmSync(file('log.lock'));
    const { lost } = await prepareRecovery(server.folder, undefined, yes);
    expect(lost.lost).toEqual({ ...lost.restored, note: '' });
    const { proposal } = await prepareRecovery(server.folder, lock.note, yes);
    expect(proposal.lost).toMatchObject({ size: late.size, root: late.root });
    const forged = lock.note.replace(`\n${late.size}\n`, `\n${late.size + 5}\n`);
    await expect(prepareRecovery(server.folder, forged, yes)).rejects.toThrow(/not signed by the key/);
    await server.start();
    await admin.signIn();
    await bea.signIn();
    await touch(admin);
    expect(await touch(bea)).toEqual({ done: true });
  });

  test('a log that is in order, or that has one administrator, is not recovered', async () => {
    await server.stop();
    await expect(prepareRecovery(server.folder, undefined, yes)).rejects.toThrow(/in order/);
    await server.start();
    await admin.disable(bea.id);
    await server.stop();
    rmSync(file('log.key'));
    await expect(prepareRecovery(server.folder, undefined, yes)).rejects.toThrow(/only one/);
    expect(existsSync(file('recovery.json'))).toBe(false);
  });
});
