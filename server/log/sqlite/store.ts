import type { OpenDatabase } from '../../db/index.ts';
import type { GroupRows, LogStore } from '../store.ts';
import { Committer } from './committer.ts';
import { SqliteLog } from './reader.ts';

/** The log in `countersign.db`: read here, on a connection that cannot write, and committed by another thread. */
export class SqliteStore extends SqliteLog implements LogStore {
  readonly #committer: Committer;

  constructor({ path, reading }: Pick<OpenDatabase, 'path' | 'reading'>) {
    super(reading);
    this.#committer = new Committer(path);
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

  index(pairs: Float64Array, size: number): Promise<number> {
    return this.#committer.index(pairs, size);
  }

  close(): Promise<void> {
    return this.#committer.close();
  }
}
