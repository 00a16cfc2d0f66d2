import type { StatementSync } from 'node:sqlite';
import type { OpenDatabase } from '../../db/index.ts';
import type { GroupRows, LogStore } from '../store.ts';
import { Committer } from './committer.ts';
import { SqliteLog } from './reader.ts';

/** The log in `countersign.db`: read here, on a connection that cannot write, and committed by another thread. */
export class SqliteStore extends SqliteLog implements LogStore {
  readonly #committer: Committer;
  readonly #find: StatementSync;
  readonly #indexed: StatementSync;

  constructor({ path, reading }: Pick<OpenDatabase, 'path' | 'reading'>) {
    super(reading);
    this.#committer = new Committer(path);
    this.#find = reading.prepare(
      'SELECT entry FROM places WHERE key = ? AND entry < ? ORDER BY entry DESC LIMIT ?',
    );
    this.#indexed = reading.prepare('SELECT size FROM indexed');
  }

  commit(rows: GroupRows): Promise<void> {
    return this.#committer.commit(rows);
  }

  probe(): Promise<void> {
    return this.#committer.probe();
  }

  resume(): void {
    this.#committer.resume();
  }

  find(key: number, before: number, limit: number): number[] {
    const most = Number.isFinite(limit) ? limit : -1; // SQLite's word for no limit
    return this.#find.all(key, before, most).map((row) => Number(row['entry']));
  }

  indexed(): number {
    return Number(this.#indexed.get()?.['size'] ?? 0);
  }

  index(pairs: Float64Array, size: number): Promise<number> {
    return this.#committer.index(pairs, size);
  }

  close(): Promise<void> {
    return this.#committer.close();
  }
}
