import { equal } from '#shared/bytes.ts';
import type { Checkpoint } from '#shared/log/note/checkpoint.ts';
import type { Tables } from '../db/index.ts';

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
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  newest(witness: string): Cosigned | undefined {
    return this.#tables.first(this.#cosigned().where('witness', '=', witness));
  }

  all(): Cosigned[] {
    return this.#tables.all(this.#cosigned().orderBy('witness'));
  }

  #cosigned() {
    return this.#tables.query.selectFrom('cosignatures').selectAll();
  }

  /** Keeps the newest one of a witness. */
  keep({ witness, kind, size, time, note, line }: Cosigned): void {
    this.#tables.run(
      this.#tables.query
        .insertInto('cosignatures')
        .values({ witness, kind, size, time, note, line })
        .onConflict((row) =>
          row
            .column('witness')
            .doUpdateSet((e) => ({
              size: e.ref('excluded.size'),
              time: e.ref('excluded.time'),
              note: e.ref('excluded.note'),
              line: e.ref('excluded.line'),
            }))
            .whereRef('excluded.size', '>=', 'cosignatures.size'),
        ),
    );
  }

  forks(): { id: number; browser: string; time: number; held: string; shown: string }[] {
    return this.#tables.all(this.#tables.query.selectFrom('forks').selectAll().orderBy('id'));
  }

  /** Keeps the proof of a fork; false when this very one is there already. */
  keepFork(browser: string, time: number, held: string, shown: string): boolean {
    const fork = this.#tables.query.insertInto('forks').orIgnore().values({ browser, time, held, shown });
    return this.#tables.run(fork) === 1;
  }

  /** How far this server has witnessed another log. */
  witnessed(origin: string): { size: number; root: Uint8Array } | undefined {
    return this.#tables.first(
      this.#tables.query.selectFrom('witnessed').select(['size', 'root']).where('origin', '=', origin),
    );
  }

  /**
   * Puts a checkpoint in the place of the one over `old` entries, in one statement that is on the disk when it returns;
   * false where that is not the newest any more (C2SP tlog-witness: checking and persisting are one step).
   */
  swap(old: number, { origin, size, root }: Checkpoint, time: number): boolean {
    const known = this.witnessed(origin);
    if (known && known.size === size && !equal(known.root, root)) return false;
    const { query } = this.#tables;
    const changed = known
      ? query
          .updateTable('witnessed')
          .set({ size, root, time })
          .where('origin', '=', origin)
          .where('size', '=', old)
      : query.insertInto('witnessed').orIgnore().values({ origin, size, root, time });
    return this.#tables.run(changed) === 1;
  }
}
