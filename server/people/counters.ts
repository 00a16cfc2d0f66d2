import type { DatabaseSync } from 'node:sqlite';

/**
 * The last use counter of each key (WebAuthn L3, 6.1.1). Outside the fold: sign-ins move it too and are not logged.
 */
export class Counters {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  get(credential: string): number {
    const row = this.#db.prepare('SELECT counter FROM key_counters WHERE credential = ?').get(credential);
    return typeof row?.['counter'] === 'number' ? row['counter'] : 0;
  }

  set(credential: string, counter: number): void {
    this.#db
      .prepare(
        'INSERT INTO key_counters (credential, counter) VALUES (?, ?) ON CONFLICT DO UPDATE SET counter = excluded.counter',
      )
      .run(credential, counter);
  }
}
