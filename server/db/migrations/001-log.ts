import { type Kysely, sql } from 'kysely';

/**
 * The log and what lies beside it. The triggers hold for every tool that opens the file, not only for this server.
 * Inserting is guarded too: OR REPLACE would delete a row without its DELETE trigger being asked.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [
    // What one group of commands added to one bundle of 256 entries, in the encoding of bundles (C2SP tlog-tiles).
    // `root` is the root over all entries up to here, where a group ends.
    sql`CREATE TABLE segments (
      first INTEGER PRIMARY KEY,
      count INTEGER NOT NULL CHECK (count BETWEEN 1 AND 256 AND first / 256 = (first + count - 1) / 256),
      entries BLOB NOT NULL CHECK (length(entries) BETWEEN 3 * count AND 65537 * count),
      root BLOB CHECK (length(root) = 32)
    ) STRICT`,
    sql`CREATE TABLE tiles (
      level INTEGER NOT NULL,
      n INTEGER NOT NULL,
      hashes BLOB NOT NULL CHECK (length(hashes) = 8192),
      PRIMARY KEY (level, n)
    ) STRICT`,
    sql`CREATE TRIGGER segments_in_order BEFORE INSERT ON segments
      WHEN NEW.first IS NOT coalesce((SELECT first + count FROM segments ORDER BY first DESC LIMIT 1), 0)
      BEGIN SELECT raise(ABORT, 'entries are only added at the end of the log'); END`,
    sql`CREATE TRIGGER tiles_in_order BEFORE INSERT ON tiles
      WHEN NEW.n IS NOT (SELECT coalesce(max(n), -1) + 1 FROM tiles WHERE level = NEW.level)
      BEGIN SELECT raise(ABORT, 'tiles are only added at the end of their level'); END`,
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
    sql`CREATE INDEX details_by_entry ON details (entry)`,
    sql`CREATE TABLE sign_ins (
      token_hash BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
      person TEXT NOT NULL,
      credential TEXT NOT NULL,
      agent TEXT NOT NULL,
      address TEXT NOT NULL,
      created INTEGER NOT NULL,
      expires INTEGER NOT NULL,
      last_seen INTEGER NOT NULL
    ) STRICT`,
    sql`CREATE TABLE key_counters (
      credential TEXT PRIMARY KEY,
      counter INTEGER NOT NULL,
      copied INTEGER
    ) STRICT, WITHOUT ROWID`,
    // When people and browsers were last there (server/people/last-seen.ts).
    sql`CREATE TABLE last_seen (who TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
    // The newest cosignature of each witness: a paired browser by its id, or one outside by its key's name.
    sql`CREATE TABLE cosignatures (
      witness TEXT PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('browser', 'outside')),
      size INTEGER NOT NULL,
      time INTEGER NOT NULL,
      note TEXT NOT NULL,
      line TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
    // What browsers showed as proof that this log told two histories.
    sql`CREATE TABLE forks (
      id INTEGER PRIMARY KEY,
      browser TEXT NOT NULL,
      time INTEGER NOT NULL,
      held TEXT NOT NULL,
      shown TEXT NOT NULL,
      UNIQUE (browser, held, shown)
    ) STRICT`,
    // Other logs that this server witnesses: the newest checkpoint of each that it cosigned.
    sql`CREATE TABLE witnessed (
      origin TEXT PRIMARY KEY,
      size INTEGER NOT NULL,
      root BLOB NOT NULL CHECK (length(root) = 32),
      time INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    // The one index over what entries are about, and up to which size it was brought (server/log/index-keys.ts).
    sql`CREATE TABLE places (
      key INTEGER NOT NULL,
      entry INTEGER NOT NULL,
      PRIMARY KEY (key, entry)
    ) STRICT, WITHOUT ROWID`,
    sql`CREATE TABLE indexed (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL) STRICT`,
    sql`INSERT INTO indexed VALUES (1, 0)`,
  ])
    await statement.execute(db);
  for (const table of ['segments', 'tiles'])
    for (const verb of ['update', 'delete'])
      await sql`CREATE TRIGGER ${sql.ref(`${table}_no_${verb}`)} BEFORE ${sql.raw(verb.toUpperCase())} ON ${sql.table(table)}
        BEGIN SELECT raise(ABORT, 'the log is insert-only'); END`.execute(db);
}
