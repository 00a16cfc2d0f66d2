import { hypercoreAppend } from './hypercore.ts';
import { compare, inFolder, rate } from './measure.ts';
import { rawInsert } from './raw.ts';
import { body, entryBytes, indexKeysOf, openWriter } from './subject.ts';

/** Batches on their way at once: what a busy server has, and what lets commit, lock and hashing overlap. */
const AT_ONCE = 4;
const MS = 400;

const sequence = (batch: number, atOnce: number, indexed: boolean): Promise<number> =>
  inFolder(async (folder) => {
    const log = await openWriter(folder);
    const entries = Array.from({ length: batch }, () => entryBytes);
    const one = async (): Promise<number> => {
      await log.append(entries, indexed ? indexKeysOf : undefined);
      return batch;
    };
    await one();
    const rates = await Promise.all(Array.from({ length: atOnce }, () => rate(MS, one)));
    await log.close();
    return rates.reduce((sum, each) => sum + each, 0);
  });

const command = (batch: number): Promise<number> =>
  inFolder(async (folder) => {
    const log = await openWriter(folder);
    const one = async (): Promise<number> => {
      await log.writer.run((draft) => {
        for (let i = 0; i < batch; i += 1) draft.append('bench.entry', body);
      });
      return batch;
    };
    await one();
    const rates = await Promise.all(Array.from({ length: AT_ONCE }, () => rate(MS, one)));
    await log.close();
    return rates.reduce((sum, each) => sum + each, 0);
  });

/** Goal 1: a durable signed append, lock included, beside rows of the same bytes. */
export async function append(): Promise<void> {
  for (const batch of [1, 10, 100, 1000]) {
    const goal = batch >= 100 ? 'goal 0.9' : batch === 10 ? 'goal 0.7' : '';
    await compare(
      `Append, ${entryBytes.length} bytes an entry, batches of ${batch}`,
      'entries/s',
      [
        { name: 'node:sqlite, a row each', run: () => rawInsert(batch, MS, entryBytes, 'bytes') },
        { name: 'log, bytes ready', run: () => sequence(batch, AT_ONCE, false) },
        { name: 'log, bytes ready, one batch at a time', run: () => sequence(batch, 1, false) },
        { name: 'log, commands: encoded, judged and folded too', run: () => command(batch) },
        {
          name: 'hypercore, signed, not synced',
          run: () => hypercoreAppend(batch, AT_ONCE, MS, entryBytes),
        },
      ],
      { 'log, bytes ready': goal },
    );
  }
}

/** Goal 2: the same and findable by type, person, console and session. */
export async function columns(): Promise<void> {
  for (const batch of [10, 100, 1000])
    await compare(
      `Append and find, batches of ${batch}`,
      'entries/s',
      [
        { name: 'node:sqlite, a row each', run: () => rawInsert(batch, MS, entryBytes, 'bytes') },
        {
          name: 'node:sqlite, three text columns indexed',
          run: () => rawInsert(batch, MS, entryBytes, 'columns'),
        },
        { name: 'log, four index keys each', run: () => sequence(batch, AT_ONCE, true) },
      ],
      { 'log, four index keys each': 'goal 0.4' },
    );
}
