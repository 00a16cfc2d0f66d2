import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inFolder, rate } from './measure.ts';

/** As much of hypercore as is used here; it brings no types. */
interface Core {
  ready(): Promise<void>;
  append(blocks: readonly Uint8Array[]): Promise<unknown>;
  close(): Promise<void>;
}
type Hypercore = new (storage: string) => Core;

const packages = join(import.meta.dirname, 'hypercore');
let loaded: Hypercore | undefined;

/** Its packages are heavy and nothing else needs them, so they have a folder of their own and come with the first bench. */
function hypercore(): Hypercore {
  const require = createRequire(join(packages, 'package.json'));
  const load = (): Hypercore => require('hypercore') as Hypercore;
  try {
    return (loaded ??= load());
  } catch {
    console.log('Installing what only the benches need (bench/hypercore) …');
    const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
      cwd: packages,
      stdio: 'inherit',
    });
    if (status !== 0)
      throw new Error('hypercore is missing: run `npm ci` in bench/hypercore where npm can reach a registry');
    return (loaded ??= load());
  }
}

/** Blocks appended to a hypercore on the disk, signed by it. It leaves the sync to the kernel, so it is not durable. */
export function hypercoreAppend(
  batch: number,
  atOnce: number,
  ms: number,
  bytes: Uint8Array,
): Promise<number> {
  const Made = hypercore();
  return inFolder(async (folder) => {
    const core = new Made(folder);
    await core.ready();
    const blocks = Array.from({ length: batch }, () => bytes);
    const one = (): Promise<number> => core.append(blocks).then(() => batch);
    await one();
    const rates = await Promise.all(Array.from({ length: atOnce }, () => rate(ms, one)));
    await core.close();
    return rates.reduce((sum, each) => sum + each, 0);
  });
}
