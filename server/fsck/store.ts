import type { DatabaseSync } from 'node:sqlite';
import type { Finding } from '#shared/tlog/types.ts';
import { isOfSqlite } from './data.ts';
import { Folded, checkFold, compareState, foldOn } from './fold.ts';
import { Pool } from './pool.ts';
import { openToRead } from './rows.ts';
import { checkRows, sizeOf } from './tree.ts';

/**
 * Checks a database again and again: the first time everything in it, after that the entries that are new and every
 * row of state. It keeps the state that it folded, in memory.
 */
export class StoreCheck {
  readonly #path: string;
  #folded: Folded | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async run(): Promise<Finding[]> {
    const db = openToRead(this.#path);
    try {
      db.exec('BEGIN'); // one moment of it, whatever is written meanwhile
      return this.#folded ? this.#again(db, this.#folded) : await this.#first(db);
    } catch (error) {
      if (!isOfSqlite(error)) throw error;
      return [
        { state: 'failed', part: 'database', sentence: `The database cannot be read: ${error.message}.` },
      ];
    } finally {
      db.close();
    }
  }

  async #first(db: DatabaseSync): Promise<Finding[]> {
    const found: Finding[] = [];
    const pool = new Pool(0);
    const folded = new Folded();
    const tree = checkRows(db, this.#path, pool, new Map());
    let next = await tree.next();
    for (; !next.done; next = await tree.next()) if (next.value.state !== 'checking') found.push(next.value);
    if (!next.value.isWhole) return found;
    for await (const heard of checkFold(db, sizeOf(db), folded))
      if (heard.state !== 'checking') found.push(heard);
    this.#folded = folded;
    return found;
  }

  #again(db: DatabaseSync, folded: Folded): Finding[] {
    foldOn(db, sizeOf(db), folded);
    return folded.broken ? [folded.broken] : [...compareState(db, folded.state)];
  }
}
