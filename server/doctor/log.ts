import { join } from 'node:path';
import { decodeEnvelope } from '#shared/log/codec.ts';
import type { Rows } from '#shared/domain/entries.ts';
import type { Finding } from '#shared/log/tiles/types.ts';
import { openToRead } from '../db/durable.ts';
import { databaseFile } from '../backup/index.ts';
import type { Config } from '../config.ts';
import { fsck } from '../fsck/index.ts';
import { SqliteLog } from '../log/index.ts';
import { type HostFinding, fail, ok, warn } from './types.ts';

/** What doctor looks at within the log, by the parts that `log fsck` names. */
const parts: readonly {
  readonly check: string;
  readonly of: readonly Finding['part'][];
  readonly right: string;
  readonly next: string;
}[] = [
  {
    check: 'lock',
    of: ['lock', 'key', 'checkpoint', 'held'],
    right: 'The database has what the lock says was signed.',
    next: 'Put the newest backup in place with `countersign restore`. If none is as new as the lock, the end of the log is lost: see `countersign recover --help`, which takes two administrators.',
  },
  {
    check: 'log',
    of: ['entry', 'tile', 'root', 'segment', 'file', 'database'],
    right: 'Every entry hashes to the signed root.',
    next: 'Keep this folder as it is, as evidence, and restore the newest backup into another one. `countersign log fsck` names every place.',
  },
  {
    check: 'rules',
    of: ['rule'],
    right: 'Every entry follows from those before it.',
    next: 'Every verifier will name this entry and what rests on it; nothing can remove it. Find out how it was written, and tell your auditors.',
  },
  {
    check: 'state',
    of: ['state', 'index'],
    right: 'People, requests and grants are what the log says.',
    next: 'Somebody changed the database and not the log: find out who. `countersign log refold` makes the rows from the log again.',
  },
  {
    check: 'details',
    of: ['detail'],
    right: 'Every text is there or was erased by an entry of the log.',
    next: 'A backup may still have the missing text. The log holds without it.',
  },
];

const halfNext =
  'The next thing that the server writes mends it. If no power was lost, find out who changed the file.';

/** Reads everything, beside a server that may be running. */
export async function log(
  folder: string,
  progress: (done: number, of: number) => void,
): Promise<HostFinding[]> {
  const { findings } = await fsck({ kind: 'data', folder }, {}, (heard) => {
    if (heard.state === 'checking') progress(heard.done, heard.of);
  });
  const wrong = findings.filter(({ state }) => state === 'failed');
  return parts.map(({ check, of, right, next }) => {
    const [first, ...more] = wrong.filter(({ part }) => of.includes(part));
    if (!first) {
      const half =
        check === 'lock' && findings.find(({ state, part }) => state === 'unknown' && part === 'lock');
      return half ? warn(check, half.sentence, halfNext) : ok(check, right);
    }
    const rest = more.length > 0 ? ` And ${more.length} more like it.` : '';
    return fail(check, `${first.sentence}${rest}`, next);
  });
}

/** SQLite's own look at its file. */
export function database(folder: string): HostFinding {
  const db = openToRead(join(folder, databaseFile));
  try {
    const [first] = db.prepare('PRAGMA quick_check(1)').all();
    const said = String(first?.['quick_check']);
    return said === 'ok'
      ? ok('database', 'The database file is sound.')
      : fail(
          'database',
          `The database file is damaged: ${said}.`,
          'Restore the newest backup; look at the disk.',
        );
  } finally {
    db.close();
  }
}

/** Times in the log never go back: one that lies ahead of the clock keeps the server from writing. */
export function time(folder: string, now: number): HostFinding {
  const db = openToRead(join(folder, databaseFile));
  try {
    const store = new SqliteLog(db);
    const { size } = store.head();
    const [newest] = size > 0 ? store.entries(size - 1, size) : [];
    const ahead = newest ? decodeEnvelope(newest).time - now : 0;
    return ahead > 2000
      ? fail(
          'time',
          `The newest entry is ${Math.ceil(ahead / 1000)} s ahead of this clock, so nothing is written.`,
          'Set the clock right, by a time service.',
        )
      : ok('time', `The clock says ${new Date(now).toISOString()}, and no entry is ahead of it.`);
  } finally {
    db.close();
  }
}

/** The extension's origins are in entry 0; the environment may say others since. */
export function extensions(folder: string, { extensionOrigins, webOrigin }: Config): HostFinding {
  const db = openToRead(join(folder, databaseFile));
  try {
    const found = [...new SqliteLog(db).state()].find(({ kind }) => kind === 'log');
    if (!found) return ok('origins', 'Nobody is enrolled yet, so the origins can still be chosen.');
    const row = found.row as Rows['log'];
    if (row.webOrigin !== webOrigin)
      return fail(
        'origins',
        `The log is of ${row.webOrigin} and COUNTERSIGN_ORIGIN is ${webOrigin}.`,
        'Set COUNTERSIGN_ORIGIN back: hardware keys are bound to it.',
      );
    const others = extensionOrigins.filter((origin) => !row.extensionOrigins.includes(origin));
    return others.length === 0
      ? ok('origins', `The origins are those of entry 0: ${row.extensionOrigins.join(', ')}.`)
      : fail(
          'origins',
          `The log was set up without ${others.join(', ')}.`,
          'Set COUNTERSIGN_EXTENSION_ORIGINS to what entry 0 names.',
        );
  } finally {
    db.close();
  }
}
