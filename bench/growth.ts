import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Edge } from '#shared/log/merkle/edge.ts';
import { sha256 } from '../server/sha256.ts';
import { LogReader } from '../server/log/reader.ts';
import { SqliteLog } from '../server/log/sqlite/reader.ts';
import { ROUNDS, compare, inFolder } from './measure.ts';
import { entryBytes, openWriter } from './subject.ts';

const BATCH = 1000;
const AT_ONCE = 4;
/** What a round appends, so that all rounds of the small log together are its first 500,000 entries. */
const ROUND = Math.floor(500_000 / ROUNDS / BATCH) * BATCH;
const PROOFS = 1000;

type Log = Awaited<ReturnType<typeof openWriter>>;

/** Appends so many entries, in batches of `batch`. Returns entries a second. */
async function grow(log: Log, count: number, batch = BATCH): Promise<number> {
  const entries = Array.from({ length: batch }, () => entryBytes);
  let left = count;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left > 0) {
        left -= batch;
        await log.append(entries);
      }
    }),
  );
  return (count / (performance.now() - start)) * 1000;
}

/** Time of an inclusion proof in ms, for entries from all over the log. */
function proofs(log: Log): number {
  const { size } = log.writer.reader;
  const store = new SqliteLog(log.database.reading);
  const edge = Edge.fromTiles(sha256, store.derive, size);
  // A new one each time: the log's own keeps the hashes of proofs that were asked before.
  const reader = new LogReader(
    store,
    () => edge,
    () => size,
  );
  const start = performance.now();
  for (let n = 0; n < PROOFS; n += 1) reader.inclusion(Math.floor((n * size) / PROOFS), size);
  return (performance.now() - start) / PROOFS;
}

const bytesIn = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

/** What the log takes on the disk for each byte of its entries, once it is closed. */
const stored = (folder: string, count: number): string => {
  const bytes = bytesIn(folder) / count;
  return `${bytes.toFixed(1)} bytes an entry, ${(bytes / entryBytes.length).toFixed(2)} x its body`;
};

/** Goal 10: a log of `size` entries beside one of its first 500,000: appending, proving, and room on the disk. */
export function growth(size: number): Promise<void> {
  return inFolder((small) =>
    inFolder(async (large) => {
      const young = await openWriter(small);
      const old = await openWriter(large);
      await grow(old, size);
      const words = `${size.toLocaleString('en')} entries`;
      await compare(
        `Growth, ready bytes in batches of ${BATCH}`,
        'entries/s',
        [
          {
            name: `append, the first ${(ROUND * ROUNDS).toLocaleString('en')}`,
            run: () => grow(young, ROUND),
          },
          { name: `append, after ${words}`, run: () => grow(old, ROUND) },
        ],
        { [`append, after ${words}`]: 'goal 0.95' },
      );
      await compare(
        `Growth, inclusion proofs from the disk`,
        'ms',
        [
          { name: `of ${young.writer.reader.size.toLocaleString('en')} entries`, run: () => proofs(young) },
          { name: `of ${old.writer.reader.size.toLocaleString('en')} entries`, run: () => proofs(old) },
        ],
        { [`of ${old.writer.reader.size.toLocaleString('en')} entries`]: 'goal 1.2 at most' },
      );
      const count = old.writer.reader.size;
      await Promise.all([young.close(), old.close()]);
      console.log(`\nDisk, ${entryBytes.length} bytes an entry`);
      console.log(`  in batches of ${BATCH}: ${stored(large, count)}  goal 1.15 at most`);
      console.log(`  one at a time: ${await alone()}`);
    }),
  );
}

/** The same for a quiet log, in which every entry is a group of its own. */
function alone(): Promise<string> {
  const count = 10_000;
  return inFolder(async (folder) => {
    const log = await openWriter(folder);
    await grow(log, count, 1);
    await log.close();
    return stored(folder, count);
  });
}
