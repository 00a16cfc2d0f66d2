import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseCheckpoint } from '#shared/log/note/checkpoint.ts';
import { parseNote } from '#shared/log/note/note.ts';
import { Lock } from '../../log/lock.ts';
import { startAndCheck } from './check.ts';
import type { Receipt } from './load.ts';
import { loadAndKill } from './kills.ts';
import { Disk, type Leftover, nothing } from './power.ts';
import { shimmed } from './shim.ts';
import type { Stage } from './stage.ts';

/** What is tried of each loss: only what was synced, then with random parts of the rest, torn at either size. */
export const leftovers = (next: () => number): Leftover[] => [
  nothing,
  { sector: 512, survives: () => next() < 0.5 },
  { sector: 4096, survives: () => next() < 0.8 },
];

export interface LossOptions {
  readonly stage: Stage;
  readonly shim: string;
  readonly next: () => number;
  readonly rounds: number;
  /** Root of another tree than this one. */
  readonly tree?: string;
}

/**
 * Loads the server, cuts the power (SIGKILL, and the folder becomes what was synced), and checks what starts from each
 * thing that a disk may have made of it. Throws where something acknowledged is lost. Returns how much was acknowledged.
 */
export async function loseUnderLoad({ stage, shim, next, rounds, tree }: LossOptions): Promise<number> {
  const loaders = stage.loaders();
  const receipts = (): Receipt[] => loaders.flatMap((loader) => loader.receipts);
  let folder = stage.copy();
  for (let round = 0; round < rounds; round += 1) {
    const disk = new Disk(folder);
    const journal = `${folder}.journal`;
    const env = shimmed({ shim, folder, journal });
    const server = stage.serve({ folder, env, ...(tree === undefined ? {} : { tree }) });
    await server.listening();
    await loadAndKill(loaders, () => server.kill(), 30 + next() * 150);
    disk.replay(journal);
    for (const [n, leftover] of leftovers(next).entries()) {
      const lost = `${folder}.${n}`;
      disk.lose(lost, leftover);
      await lockIsAsNew(lost, receipts());
      await startAndCheck(stage, lost, receipts());
      rmSync(lost, { recursive: true });
    }
    folder = `${folder}.next`;
    disk.lose(folder);
  }
  return receipts().length;
}

/** No head leaves the process before it is in the lock for good: else a rollback to before it would go unseen. */
async function lockIsAsNew(folder: string, receipts: readonly Receipt[]): Promise<void> {
  const lock = await Lock.open(join(folder, 'log.lock'));
  const { size } = parseCheckpoint(parseNote(lock.note).text);
  await lock.close();
  const shown = Math.max(0, ...receipts.map(({ head }) => head.size));
  if (size < shown)
    throw new Error(`a checkpoint over ${shown} was shown, and the lock holds one over ${size}`);
}
