import type { Kind, Rows } from '#shared/domain/entries.ts';
import type { MemoryState, Table } from '#shared/log/state.ts';

/**
 * Folded state that knows which of its rows rest on an entry that does not hold: those which that entry changed, and
 * those which were changed by an entry that looked at one of them.
 */
export class SuspectState implements Table<Rows> {
  readonly #state: MemoryState<Rows>;
  /** The entry that does not hold, by the name of each row that rests on it. */
  readonly #rows = new Map<string, number>();
  /** What the entry under way rests on; the earliest. */
  #on: number | undefined;

  constructor(state: MemoryState<Rows>) {
    this.#state = state;
  }

  /** The next entry is under way. */
  begin(): void {
    this.#on = undefined;
  }

  /** The entry under way, `index`, does not hold. */
  blame(index: number): void {
    this.#on = index;
  }

  /** This row should be another one by entry `index`, which does not hold. */
  distrust(kind: Kind, id: string, index: number): void {
    this.#rows.set(`${kind} ${id}`, index);
  }

  /** The entry that does not hold and that the one under way rests on, as far as it has looked. */
  get on(): number | undefined {
    return this.#on;
  }

  get<K extends Kind>(kind: K, id: string): Rows[K] | undefined {
    const on = this.#rows.size === 0 ? undefined : this.#rows.get(`${kind} ${id}`);
    if (on !== undefined && (this.#on === undefined || on < this.#on)) this.#on = on;
    return this.#state.get(kind, id);
  }

  all<K extends Kind>(kind: K): Iterable<[string, Rows[K]]> {
    return this.#state.all(kind);
  }

  put<K extends Kind>(kind: K, id: string, row: Rows[K]): void {
    if (this.#on !== undefined) this.#rows.set(`${kind} ${id}`, this.#on);
    else if (this.#rows.size > 0) this.#rows.delete(`${kind} ${id}`);
    this.#state.put(kind, id, row);
  }

  delete(kind: Kind, id: string): void {
    this.#state.delete(kind, id);
  }
}
