import { isRefusedByDisk, type Tables } from '../db/index.ts';

/**
 * When people were last in the companion and browsers were last heard, by their ids. Kept beside the log, so that it
 * outlives a restart; written once a minute, so what is kept may be that much too early after a crash.
 */
export class LastSeen {
  readonly #tables: Tables;
  readonly #at: Map<string, number>;
  readonly #changed = new Set<string>();

  constructor(tables: Tables) {
    this.#tables = tables;
    const rows = tables.all(tables.query.selectFrom('last_seen').selectAll());
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
    const tables = this.#tables;
    try {
      tables.together(() => {
        for (const who of this.#changed)
          tables.run(
            tables.query
              .insertInto('last_seen')
              .values({ who, at: this.#at.get(who) ?? 0 })
              .onConflict((row) => row.column('who').doUpdateSet((e) => ({ at: e.ref('excluded.at') }))),
          );
      });
      this.#changed.clear();
    } catch (error) {
      if (!isRefusedByDisk(error)) throw error;
    }
  }
}
