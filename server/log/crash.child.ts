import { toHex } from '#shared/bytes.ts';
import { leafHash } from '#shared/merkle/hash.ts';
import { sha256 } from './hash.ts';
import { openLog } from './testing.ts';

/** Run by crash.test.ts and killed by it: loads the log in the given folder and prints a line per answer. */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: crash.child.ts <folder>');

const log = await openLog(folder);
if (!log.writer.health.ok) throw new Error(log.writer.health.reason);

async function load(worker: number): Promise<never> {
  for (let i = 0; ; i += 1) {
    const { value, checkpoint } = await log.put(`${worker}`, `worker ${worker}, ${i}`);
    const leaf = leafHash(sha256, log.writer.log.entry(value)!);
    process.stdout.write(`${JSON.stringify({ index: value, leaf: toHex(leaf), checkpoint })}\n`);
  }
}
await Promise.all(Array.from({ length: 8 }, (_, worker) => load(worker)));
