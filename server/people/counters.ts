import { Refusal } from '#shared/errors.ts';
import type { Tables } from '../db/index.ts';

declare module '../context.ts' {
  interface Services {
    counters: Counters;
  }
}

/** Uses of one key that are kept apart: more than anybody can touch while a statement lives. */
const kept = 64;

interface Use {
  /** In which order the server handed out the statements; 0 is before all of them. */
  issued: number;
  counter: number;
}

/**
 * The use counters that keys reported (WebAuthn L3, 6.1.1). A copied key shows by a counter that is not above that of a
 * statement handed out earlier (case 6). Touches of one key may well arrive in another order than they were made. Outside
 * the fold: sign-ins move counters too and are not logged.
 */
export class Counters {
  readonly #tables: Tables;
  readonly #now: () => number;
  readonly #uses = new Map<string, Use[]>();

  constructor(tables: Tables, now: () => number) {
    this.#tables = tables;
    this.#now = now;
  }

  /** When this key last showed that there is a copy of it, in ms. */
  copied(credential: string): number | undefined {
    return this.#row(credential)?.copied ?? undefined;
  }

  /**
   * Takes the counter of a touch over the statement with this number. Throws `key_cloned`. A key that never counts
   * always says 0.
   */
  take(credential: string, use: Use): void {
    const uses = this.#uses.get(credential) ?? [{ issued: 0, counter: this.#row(credential)?.counter ?? 0 }];
    const before = Math.max(
      0,
      ...uses.filter(({ issued }) => issued < use.issued).map(({ counter }) => counter),
    );
    if (before > 0 && use.counter <= before) {
      this.#tables.run(
        this.#tables.query
          .updateTable('key_counters')
          .set({ copied: this.#now() })
          .where('credential', '=', credential),
      );
      throw new Refusal('key_cloned');
    }
    const all = [...uses, use].sort((a, b) => a.issued - b.issued);
    const highest = Math.max(...all.map(({ counter }) => counter));
    this.#store(credential, highest);
    // Only once it is on disk: a touch that the disk refuses did not happen.
    if (all.length > kept)
      all.splice(0, 2, { issued: 0, counter: Math.max(all[0]?.counter ?? 0, all[1]?.counter ?? 0) });
    this.#uses.set(credential, all);
  }

  #row(credential: string) {
    return this.#tables.first(
      this.#tables.query.selectFrom('key_counters').selectAll().where('credential', '=', credential),
    );
  }

  #store(credential: string, counter: number): void {
    this.#tables.run(
      this.#tables.query
        .insertInto('key_counters')
        .values({ credential, counter, copied: null })
        .onConflict((row) =>
          row.column('credential').doUpdateSet((e) => ({ counter: e.ref('excluded.counter') })),
        ),
    );
  }
}
