import type { DatabaseSync } from '../db/durable.ts';
import { isRefusedByDisk } from '../db/index.ts';

/**
 * When people were last in the companion and browsers were last heard, by their ids. Kept beside the log, so that it
 * outlives a restart; written once a minute, so what is kept may be that much too early after a crash.
 */
export class LastSeen {
  readonly #db: DatabaseSync;
  readonly #at: Map<string, number>;
  readonly #changed = new Set<string>();

  constructor(db: DatabaseSync) {
    this.#db = db;
    const rows = db.prepare('SELECT who, at FROM last_seen').all() as { who: string; at: number }[];
    this.#at = new Map(rows.map(({ who, at }) => [who, at]));
  }

  get(who: string): number | undefined {
    return this.#at.get(who);
  }
  set(who: string, at: number): void {
    this.#at.set(who, at);
    this.#changed.add(who);
  }

  /** Writes what changed. On a full disk it stays in memory and is tried again: nothing rests on it. */
  write(): void {
    if (this.#changed.size === 0) return;
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      const put = this.#db.prepare(
        'INSERT INTO last_seen (who, at) VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at',
      );
      for (const who of this.#changed) put.run(who, this.#at.get(who) ?? 0);
      this.#db.exec('COMMIT');
      this.#changed.clear();
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      if (!isRefusedByDisk(error)) throw error;
    }
  }
}
