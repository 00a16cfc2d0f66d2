import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { type SqliteDatabase, SqliteDialect } from 'kysely';

// Kysely's values are whatever the query was given; node:sqlite itself throws on those that it cannot bind.
export const valuesOf = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];

/**
 * Kysely's SQLite dialect speaks to better-sqlite3; this is the same over the built-in node:sqlite.
 * Rows of node:sqlite have no prototype; here they are plain objects, as everything that compares or prints expects.
 */
export function nodeSqlite(db: DatabaseSync): SqliteDialect {
  const database: SqliteDatabase = {
    close: () => db.close(),
    prepare(text) {
      const statement = db.prepare(text);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...valuesOf(parameters)).map((row) => ({ ...row })),
        run: (parameters) => statement.run(...valuesOf(parameters)),
        *iterate(parameters) {
          for (const row of statement.iterate(...valuesOf(parameters))) yield { ...row };
        },
      };
    },
  };
  return new SqliteDialect({ database });
}
