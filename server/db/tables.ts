import {
  type Compilable,
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { valuesOf } from './dialect.ts';
import type { Database } from './schema.ts';

/** Builds statements and runs none. */
const query = new Kysely<Database>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/**
 * The tables beside the log. Kysely builds and types each statement, and it runs at once: nothing comes between what a
 * caller read and the row that it writes for it.
 */
export class Tables {
  readonly query = query;
  readonly #db: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  all<Row>(statement: Compilable<Row>): Row[] {
    const { prepared, values } = this.#prepare(statement);
    // Rows of node:sqlite have no prototype; these are plain objects, as everything that compares or prints expects.
    return prepared.all(...values).map((row) => ({ ...row }) as Row);
  }

  first<Row>(statement: Compilable<Row>): Row | undefined {
    const { prepared, values } = this.#prepare(statement);
    const row = prepared.get(...values);
    return row && ({ ...row } as Row);
  }

  /** Returns how many rows changed. */
  run(statement: Compilable): number {
    const { prepared, values } = this.#prepare(statement);
    return Number(prepared.run(...values).changes);
  }

  /** Everything that `work` writes, or nothing. */
  together(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  #prepare(statement: Compilable) {
    const { sql, parameters } = statement.compile();
    let prepared = this.#prepared.get(sql);
    if (!prepared) this.#prepared.set(sql, (prepared = this.#db.prepare(sql)));
    return { prepared, values: valuesOf(parameters) };
  }
}
