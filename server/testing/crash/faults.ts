import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '#shared/errors.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { must, startAndCheck } from './check.ts';
import { isLost } from './load.ts';
import { Disk } from './power.ts';
import { type ServerProcess, readiness } from './process.ts';
import { type Fault, shimmed } from './shim.ts';
import type { SoftBrowser } from '../soft-browser.ts';
import type { Stage } from './stage.ts';

/** What is done to a data folder while a call fails, and what must hold of what is left of it. */
export interface Act {
  readonly name: string;
  /** A fresh data folder for it. */
  folder(): string;
  /** Ends early where the fault leaves nothing to do. Returns the check of a folder that was left. */
  play(folder: string, env: Record<string, string>, fault: Fault): Promise<Check>;
}

type Check = (folder: string) => Promise<void>;

/**
 * Plays an act on the real program with one call failing, and checks what can be made of its folder, both as the process
 * left it and as a loss of power then would have left it. Returns whether the fault came. Throws where anything does not
 * hold.
 */
export async function meetFault(shim: string, act: Act, fault: Fault): Promise<boolean> {
  const folder = act.folder();
  const disk = new Disk(folder);
  const journal = `${folder}.journal`;
  const lost = `${folder}.lost`;
  try {
    const check = await act.play(folder, shimmed({ shim, folder, journal, fault }), fault);
    disk.replay(journal).lose(lost);
    await check(lost);
    await check(folder);
    return disk.faults > 0;
  } catch (error) {
    throw new Error(`${act.name}, ${fault.kind} ${fault.n}, ${fault.how}: ${String(error)}`, {
      cause: error,
    });
  } finally {
    for (const made of [folder, lost, journal]) rmSync(made, { recursive: true, force: true });
  }
}

/** Runs the server under a fault. One that does not start says why, but for a kill. */
export async function serveUnder(
  stage: Stage,
  { folder, env, fault }: { folder: string; env: Record<string, string>; fault: Fault },
  body: (server: ServerProcess) => Promise<void>,
): Promise<void> {
  const server = stage.serve({ folder, env });
  try {
    if (await server.ready) await body(server);
    else must(fault.how === 'KILL' || server.said !== '', 'the server did not say why it does not start');
    const ended = await Promise.race([server.stop().then(() => true), sleep(20_000, false)]);
    must(ended, 'the server did not stop');
  } catch (error) {
    throw new Error(`${String(error)} The server said: ${server.said}`, { cause: error });
  } finally {
    await server.kill();
  }
}

/** Whether the log could be written. Any other failure is thrown on: the rest of the server has to work meanwhile. */
async function isWritten(deed: () => Promise<unknown>): Promise<boolean> {
  try {
    await deed();
    return true;
  } catch (error) {
    if (isLost(error) || (error instanceof Refusal && error.code === 'log_unwritable')) return false;
    throw error;
  }
}

/** Whether it was done. Where a file beside the database could not be written, the answer is `internal`. */
export async function isDone(deed: () => Promise<unknown>): Promise<boolean> {
  try {
    return await isWritten(deed);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'internal') return false;
    throw error;
  }
}

/** The server says why it does not write, and reads go on. */
export async function saysWhy(stage: Stage, server: ServerProcess, why: RegExp): Promise<void> {
  const { status, sentence } = await readiness(server.origin);
  must(status === 503 && why.test(sentence), `/readyz: ${status} ${sentence}`);
  const headers = { cookie: stage.admin.cookie };
  const read = await fetch(`${server.origin}/log/checkpoint`, { headers });
  must(read.status === 200, `the checkpoint: ${read.status}`);
  const [browser] = stage.browsers;
  const asked = await isWritten(() => stage.admin.ask(browser!, { console: 'queue', seconds: 900 }));
  must(!asked, 'something was granted while the log could not be written');
}

/**
 * What fails once for want of room is tried again. After anything else the disk is not to be trusted, and a database
 * that could not be opened for writing is read-only for good.
 */
const passes = ({ kind, how }: Fault): boolean =>
  how === 'short' || (how === 'ENOSPC' && kind !== 'sync' && kind !== 'open');

const BATCHES = 6;

/**
 * A server that is set up takes in actions: nothing is acknowledged that is not on the disk, the server says why it does
 * not write, and goes on with what passes.
 */
export const serving = (stage: Stage): Act => ({
  name: 'serving',
  folder: () => stage.copy(),
  async play(folder, env, fault) {
    const [loader] = stage.loaders();
    if (!loader) throw new Error('no browser');
    await serveUnder(stage, { folder, env, fault }, async (server) => {
      for (let n = 0; n < BATCHES; n += 1) {
        if (await isWritten(() => loader.deliver())) continue;
        if (fault.how === 'KILL') return;
        if (!passes(fault)) {
          await saysWhy(stage, server, fault.how === 'full' ? /could not be written/ : /Writing stopped/);
          return;
        }
        await loader.deliver();
        const { status, sentence } = await readiness(server.origin);
        must(status === 200, `/readyz once writing goes on: ${sentence}`);
      }
    });
    return async (left) => void (await startAndCheck(stage, left, loader.receipts));
  },
});

const setUpLink = /\/setup#([\w-]+)\n/;

/** A new data folder is set up: key, lock and database are made. */
export const settingUp = (stage: Stage): Act => ({
  name: 'setting up',
  folder: () => stage.bare(),
  async play(folder, env, fault) {
    const admin = stage.stranger();
    let isEnrolled = false;
    let pairing: SoftBrowser | undefined;
    await serveUnder(stage, { folder, env, fault }, async (server) => {
      const { status, sentence } = await readiness(server.origin);
      if (status !== 200) {
        must(status === 503 && sentence !== '', `/readyz: ${status} ${sentence}`);
        return;
      }
      const code = await server.says(setUpLink);
      isEnrolled = await isWritten(() => admin.enrol(code));
      if (isEnrolled) await isWritten(async () => (pairing = await admin.pair()));
    });
    return (left) =>
      stage.during(left, async ({ services: { setup, log } }) => {
        const { status, sentence } = await readiness(stage.origin);
        must(status === 200, `/readyz: ${sentence}`);
        const { code } = setup;
        must(code === undefined || !isEnrolled, 'the administrator is gone');
        await (code === undefined ? admin.signIn() : stage.stranger().enrol(code));
        if (!pairing) return;
        const known = await call(pairing.send, wire.browserState, {});
        must(log.genesis === known.log.genesis, 'the genesis is another one');
      });
  },
});
