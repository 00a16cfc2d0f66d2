import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkAfterCrash, startAndCheck } from './check.ts';
import type { Loader } from './load.ts';
import { random } from './random.ts';
import { Stage } from './stage.ts';

export interface KillOptions {
  readonly kills: number;
  /** The same seed kills after the same times; what the machine does meanwhile differs. */
  readonly seed: number;
  /** Kills within one log; then a fresh one, because each check reads the whole log. */
  readonly each?: number;
  readonly progress?: (done: KillTally) => void;
}

export interface KillTally {
  kills: number;
  /** Of them, those that came while the server was starting. */
  starting: number;
  acknowledged: number;
  /** Entries in all logs. */
  entries: number;
}

/**
 * Kills the real server with SIGKILL at random moments under load, and checks after each start that nothing that was
 * acknowledged is lost (case 54). Throws with seed and number of the kill where something does not hold.
 */
export async function killUnderLoad({ kills, seed, each = 25, progress }: KillOptions): Promise<KillTally> {
  const tally: KillTally = { kills: 0, starting: 0, acknowledged: 0, entries: 0 };
  const next = random(seed);
  const stage = await Stage.prepare();
  try {
    while (tally.kills < kills) {
      const folder = stage.copy();
      await killOne(stage, folder, Math.min(each, kills - tally.kills), next, tally, progress);
      rmSync(folder, { recursive: true });
    }
    return tally;
  } catch (error) {
    throw new Error(`after kill ${tally.kills} of seed ${seed}: ${String(error)}`, { cause: error });
  } finally {
    stage.remove();
  }
}

async function killOne(
  stage: Stage,
  folder: string,
  kills: number,
  next: () => number,
  tally: KillTally,
  progress?: (done: KillTally) => void,
): Promise<void> {
  const loaders = stage.loaders();
  const receipts = () => loaders.flatMap((loader) => loader.receipts);
  for (let n = 0; n < kills; n += 1) {
    if (next() < 0.15) {
      const starting = stage.serve({ folder });
      await sleep(next() * 600);
      await starting.kill();
      tally.kills += 1;
      tally.starting += 1;
    } else {
      const before = receipts().length;
      const server = await stage.serve({ folder }).listening();
      await checkAfterCrash(stage, folder, receipts());
      await loadAndKill(loaders, () => server.kill(), 3 + next() * 200);
      tally.kills += 1;
      tally.acknowledged += receipts().length - before;
    }
    progress?.(tally);
  }
  tally.entries += await startAndCheck(stage, folder, receipts());
}

/** Loads, and kills `ms` after the first answer came. Ends when every loader has seen that the server is gone. */
export async function loadAndKill(
  loaders: readonly Loader[],
  kill: () => Promise<void>,
  ms: number,
): Promise<void> {
  const stop = new AbortController();
  const before = loaders.map(({ receipts }) => receipts.length);
  const loads = loaders.map((loader) => loader.run(stop.signal));
  const answered = (): boolean => loaders.some(({ receipts }, n) => receipts.length > (before[n] ?? 0));
  const loading = Promise.all(loads);
  loading.catch(() => undefined);
  for (let waited = 0; !answered() && waited < 10_000; waited += 2) await sleep(2);
  await sleep(ms);
  await kill();
  stop.abort();
  await loading;
}
