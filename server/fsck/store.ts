import type { DatabaseSync } from 'node:sqlite';
import type { Finding, Heard } from '#shared/log/tiles/types.ts';
import { isOfSqlite } from './data.ts';
import { Folded, checkFold, compareState, foldOn } from './fold.ts';
import { checkPages } from './guards.ts';
import { Pool } from './pool.ts';
import { openToRead } from './rows.ts';
import { checkRows, sizeOf } from './tree.ts';

/** One check in so many reads everything: a disk may change what was right when it was written (case 58). */
export const CHECKS_PER_ROUND = 12;

/** What lies beside the log is held against the entries that there were then, whatever is written meanwhile. */
const ONE_MOMENT = 'BEGIN';

/**
 * Checks a database again and again: everything in it the first time and once a round, and in between the entries that
 * are new and every row of state. It keeps the state that it folded, in memory.
 */
export class StoreCheck {
  readonly #path: string;
  #folded: Folded | undefined;
  #checks = 0;

  constructor(path: string) {
    this.#path = path;
  }

  async run(): Promise<Finding[]> {
    const found: Finding[] = [];
    const db = openToRead(this.#path);
    try {
      const folded = this.#checks++ % CHECKS_PER_ROUND === 0 ? undefined : this.#folded;
      for await (const heard of folded ? this.#whatIsNew(db, folded) : this.#everything(db))
        if (heard.state !== 'checking') found.push(heard);
    } catch (error) {
      if (!isOfSqlite(error)) throw error;
      found.push({
        state: 'failed',
        part: 'database',
        sentence: `The database cannot be read: ${error.message}.`,
      });
    } finally {
      db.close();
    }
    return found;
  }

  async *#everything(db: DatabaseSync): AsyncGenerator<Heard> {
    yield* checkPages(db);
    const folded = new Folded();
    // Without a transaction: rows of the log are only added, and a reader in the middle keeps the WAL from being emptied.
    const tree = yield* checkRows(db, this.#path, new Pool(0), new Map());
    if (!tree.isWhole) return;
    db.exec(ONE_MOMENT);
    yield* checkFold(db, sizeOf(db), folded);
    this.#folded = folded;
  }

  *#whatIsNew(db: DatabaseSync, folded: Folded): Generator<Heard> {
    db.exec(ONE_MOMENT);
    foldOn(db, sizeOf(db), folded);
    yield* folded.doubts();
    if (folded.broken) yield folded.broken;
    else yield* compareState(db, folded.state);
  }
}
