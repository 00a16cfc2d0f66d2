import { equal } from '#shared/bytes.ts';
import type { Checkpoint } from '#shared/log/note/checkpoint.ts';
import type { DatabaseSync } from '../db/durable.ts';

/** A cosignature over a checkpoint of this log. `time` in seconds. */
export interface Cosigned {
  readonly witness: string;
  readonly kind: 'browser' | 'outside';
  readonly size: number;
  readonly time: number;
  readonly note: string;
  readonly line: string;
}

/** Rows outside the fold: what witnesses said of this log, and how far this server has witnessed others. */
export class WitnessStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  newest(witness: string): Cosigned | undefined {
    return this.#db.prepare('SELECT * FROM cosignatures WHERE witness = ?').get(witness) as
      | Cosigned
      | undefined;
  }

  all(): Cosigned[] {
    return this.#db.prepare('SELECT * FROM cosignatures ORDER BY witness').all() as unknown as Cosigned[];
  }

  /** Keeps the newest one of a witness. */
  keep({ witness, kind, size, time, note, line }: Cosigned): void {
    this.#db
      .prepare(
        `INSERT INTO cosignatures (witness, kind, size, time, note, line) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (witness) DO UPDATE SET size = excluded.size, time = excluded.time, note = excluded.note,
         line = excluded.line WHERE excluded.size >= size`,
      )
      .run(witness, kind, size, time, note, line);
  }

  forks(): { id: number; browser: string; time: number; held: string; shown: string }[] {
    return this.#db.prepare('SELECT * FROM forks ORDER BY id').all() as unknown as ReturnType<
      WitnessStore['forks']
    >;
  }

  /** Keeps the proof of a fork; false when this very one is there already. */
  keepFork(browser: string, time: number, held: string, shown: string): boolean {
    const { changes } = this.#db
      .prepare('INSERT OR IGNORE INTO forks (browser, time, held, shown) VALUES (?, ?, ?, ?)')
      .run(browser, time, held, shown);
    return changes === 1;
  }

  /** How far this server has witnessed another log. */
  witnessed(origin: string): { size: number; root: Uint8Array } | undefined {
    const row = this.#db.prepare('SELECT size, root FROM witnessed WHERE origin = ?').get(origin);
    return row?.['root'] instanceof Uint8Array ? { size: Number(row['size']), root: row['root'] } : undefined;
  }

  /**
   * Puts a checkpoint in the place of the one over `old` entries, in one statement that is on the disk when it returns;
   * false where that is not the newest any more (C2SP tlog-witness: checking and persisting are one step).
   */
  swap(old: number, { origin, size, root }: Checkpoint, time: number): boolean {
    const known = this.witnessed(origin);
    if (known && known.size === size && !equal(known.root, root)) return false;
    const { changes } = known
      ? this.#db
          .prepare('UPDATE witnessed SET size = ?, root = ?, time = ? WHERE origin = ? AND size = ?')
          .run(size, root, time, origin, old)
      : this.#db
          .prepare('INSERT OR IGNORE INTO witnessed (origin, size, root, time) VALUES (?, ?, ?, ?)')
          .run(origin, size, root, time);
    return changes === 1;
  }
}
