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
import type { Stage } from './stage.ts';

/** What a server does while a call of it fails, and what must hold of the folder that is left. */
export interface Act {
  readonly name: string;
  folder(stage: Stage): string;
  /** Ends early where the log cannot be written. Returns the check for what the start after it finds in a folder. */
  play(stage: Stage, server: ServerProcess, fault: Fault): Promise<(folder: string) => Promise<void>>;
}

/**
 * Plays an act on the real server with one call failing, and checks what starts from its folder, both as the process
 * left it and as a loss of power then would have left it. Returns whether the fault came. Throws where anything that was
 * acknowledged is not there, or the server does not say why it stopped writing, or does not go on.
 */
export async function meetFault(stage: Stage, shim: string, act: Act, fault: Fault): Promise<boolean> {
  const folder = act.folder(stage);
  const disk = new Disk(folder);
  const journal = `${folder}.journal`;
  const server = stage.serve({ folder, env: shimmed({ shim, folder, journal, fault }) });
  try {
    const check = await act.play(stage, server, fault);
    const ended = await Promise.race([server.stop().then(() => true), sleep(20_000, false)]);
    must(ended, `the server did not stop: ${server.said}`);
    disk.replay(journal).lose(`${folder}.lost`);
    await check(`${folder}.lost`);
    await check(folder);
    for (const made of [folder, `${folder}.lost`, journal]) rmSync(made, { recursive: true });
    return disk.faults > 0;
  } catch (error) {
    throw new Error(
      `${act.name}, ${fault.kind} ${fault.n}, ${fault.how}: ${String(error)} The server said: ${server.said}`,
      { cause: error },
    );
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

/** What fails once for want of room is tried again; after anything else the disk is not to be trusted. */
const passes = ({ kind, how }: Fault): boolean => how === 'short' || (how === 'ENOSPC' && kind !== 'sync');

const BATCHES = 12;

/** A server that is set up takes in actions. */
export const serving: Act = {
  name: 'serving',
  folder: (stage) => stage.copy(),
  async play(stage, server, fault) {
    const [loader] = stage.loaders();
    if (!loader) throw new Error('no browser');
    // A start that fails acknowledges nothing either.
    if (await server.ready)
      for (let n = 0; n < BATCHES; n += 1) {
        if (await isWritten(() => loader.deliver())) continue;
        if (fault.how === 'KILL') break;
        if (!passes(fault)) {
          await saysWhy(stage, server, /Writing stopped|could not be written/);
          break;
        }
        await loader.deliver();
        const { status, sentence } = await readiness(server.origin);
        must(status === 200, `/readyz once writing goes on: ${sentence}`);
      }
    else must(fault.how === 'KILL' || server.said !== '', 'the server did not say why it does not start');
    return async (folder) => void (await startAndCheck(stage, folder, loader.receipts));
  },
};

const setUpLink = /\/setup#([\w-]+)\n/;

/** A new data folder is set up: key, lock and database are made. */
export const settingUp: Act = {
  name: 'setting up',
  folder: (stage) => stage.bare(),
  async play(stage, server, fault) {
    const admin = stage.stranger();
    let isEnrolled = false;
    let pairing: Awaited<ReturnType<typeof admin.pair>> | undefined;
    if (await server.ready) {
      if ((await readiness(server.origin)).status === 200) {
        const code = await server.says(setUpLink);
        isEnrolled = await isWritten(() => admin.enrol(code));
        if (isEnrolled) await isWritten(async () => (pairing = await admin.pair()));
      }
      if (!pairing && !passes(fault) && fault.how !== 'KILL') {
        const { status, sentence } = await readiness(server.origin);
        must(status === 503 && sentence !== '', `/readyz: ${status} ${sentence}`);
      }
    } else must(fault.how === 'KILL' || server.said !== '', 'the server did not say why it does not start');
    return async (folder) => {
      const running = await stage.start(folder);
      try {
        const { status, sentence } = await readiness(stage.origin);
        must(status === 200, `/readyz: ${sentence}`);
        const { setup, log } = running.services;
        const { code } = setup;
        must(code === undefined || !isEnrolled, 'the administrator is gone');
        await (code === undefined ? admin.signIn() : stage.stranger().enrol(code));
        if (pairing) {
          const known = await call(pairing.send, wire.browserState, {});
          must(log.genesis === known.log.genesis, 'the genesis is another one');
        }
      } finally {
        await running.close();
      }
    };
  },
};
