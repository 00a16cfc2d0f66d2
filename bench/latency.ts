import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Contender, compare, inFolder, percentile } from './measure.ts';
import { body, entryBytes, openWriter } from './subject.ts';

const PER_SECOND = 1000;
const SECONDS = 2;

/** Starts `work` as often as wanted whether the one before is done or not; returns the times to each answer, in ms. */
async function atRate(work: () => Promise<unknown> | void): Promise<number[]> {
  const times: number[] = [];
  const answers: Promise<unknown>[] = [];
  const start = performance.now();
  for (let n = 0; n < PER_SECOND * SECONDS; n += 1) {
    const due = start + (n * 1000) / PER_SECOND;
    if (performance.now() < due) await sleep(Math.max(0, due - performance.now()));
    answers.push(
      (async () => {
        await work();
        times.push(performance.now() - due);
      })(),
    );
  }
  await Promise.all(answers);
  return times;
}

const raw = (p: number): Promise<number> =>
  inFolder(async (folder) => {
    const db = new DatabaseSync(join(folder, 'raw.db'));
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    db.exec('CREATE TABLE entries ("index" INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT');
    const insert = db.prepare('INSERT INTO entries (bytes) VALUES (?)');
    const times = await atRate(() => void insert.run(entryBytes));
    db.close();
    return percentile(times, p);
  });

const ours = (p: number): Promise<number> =>
  inFolder(async (folder) => {
    const log = await openWriter(folder);
    // The thread that commits has started when the first one is answered.
    await log.writer.run((draft) => draft.append('bench.entry', body));
    const times = await atRate(() => log.writer.run((draft) => draft.append('bench.entry', body)));
    await log.close();
    return percentile(times, p);
  });

const pair = (p: number): Contender[] => [
  { name: 'node:sqlite, a commit each', run: () => raw(p) },
  { name: 'log, one command each', run: () => ours(p) },
];

/** Goal 4, the log's part: how long one acknowledged append takes while 1,000 a second come in. */
export async function latency(): Promise<void> {
  for (const p of [50, 99]) await compare(`One append at ${PER_SECOND} a second, p${p}`, 'ms', pair(p));
}
