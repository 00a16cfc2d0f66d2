import { type Kysely, sql } from 'kysely';

/**
 * The log and what lies beside it. The triggers hold for every tool that opens the file, not only for this server.
 * Inserting is guarded too: OR REPLACE would delete a row without its DELETE trigger being asked.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [
    sql`CREATE TABLE entries (
      "index" INTEGER PRIMARY KEY,
      bytes BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 65535)
    ) STRICT`,
    sql`CREATE TABLE tiles (
      level INTEGER NOT NULL,
      n INTEGER NOT NULL,
      hashes BLOB NOT NULL CHECK (length(hashes) = 8192),
      PRIMARY KEY (level, n)
    ) STRICT`,
    sql`CREATE TABLE heads (
      size INTEGER PRIMARY KEY,
      root BLOB NOT NULL CHECK (length(root) = 32)
    ) STRICT`,
    sql`CREATE TRIGGER entries_in_order BEFORE INSERT ON entries
      WHEN NEW."index" IS NOT (SELECT coalesce(max("index"), -1) + 1 FROM entries)
      BEGIN SELECT raise(ABORT, 'entries are only added at the end of the log'); END`,
    sql`CREATE TRIGGER tiles_in_order BEFORE INSERT ON tiles
      WHEN NEW.n IS NOT (SELECT coalesce(max(n), -1) + 1 FROM tiles WHERE level = NEW.level)
      BEGIN SELECT raise(ABORT, 'tiles are only added at the end of their level'); END`,
    sql`CREATE TRIGGER heads_in_order BEFORE INSERT ON heads
      WHEN NEW.size <= (SELECT coalesce(max(size), 0) FROM heads)
      BEGIN SELECT raise(ABORT, 'heads only grow'); END`,
    sql`CREATE TABLE state (
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      "row" TEXT NOT NULL,
      PRIMARY KEY (kind, id)
    ) STRICT, WITHOUT ROWID`,
    sql`CREATE TABLE details (
      commitment BLOB PRIMARY KEY CHECK (length(commitment) = 32),
      salt BLOB NOT NULL CHECK (length(salt) = 32),
      detail TEXT NOT NULL,
      entry INTEGER NOT NULL
    ) STRICT`,
    sql`CREATE TABLE sign_ins (
      token_hash BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
      person TEXT NOT NULL,
      credential TEXT NOT NULL,
      created INTEGER NOT NULL,
      expires INTEGER NOT NULL,
      last_seen INTEGER NOT NULL
    ) STRICT`,
    sql`CREATE TABLE key_counters (
      credential TEXT PRIMARY KEY,
      counter INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    sql`CREATE TABLE actions (
      entry INTEGER NOT NULL,
      n INTEGER NOT NULL,
      session TEXT NOT NULL,
      time INTEGER NOT NULL,
      kind TEXT NOT NULL,
      PRIMARY KEY (entry, n)
    ) STRICT, WITHOUT ROWID`,
    sql`CREATE TABLE batches (
      browser TEXT NOT NULL,
      number INTEGER NOT NULL,
      hash TEXT NOT NULL,
      entry INTEGER NOT NULL,
      PRIMARY KEY (browser, number)
    ) STRICT, WITHOUT ROWID`,
  ])
    await statement.execute(db);
  for (const table of ['entries', 'tiles', 'heads'])
    for (const verb of ['update', 'delete'])
      await sql`CREATE TRIGGER ${sql.ref(`${table}_no_${verb}`)} BEFORE ${sql.raw(verb.toUpperCase())} ON ${sql.table(table)}
        BEGIN SELECT raise(ABORT, 'the log is insert-only'); END`.execute(db);
}
