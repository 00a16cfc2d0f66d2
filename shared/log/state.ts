/**
 * Where folded state lives: rows by kind and id, in layers. The server folds a command over its group over what is
 * committed, and drops the layer of a command that was refused; the verifier folds straight into memory.
 * `R` maps each kind to the type of its rows.
 */
export type Kinds = Record<string, unknown>;

/** Folded state to read. Rows are frozen: a fold that edits one in place throws instead of leaking past a refusal. */
export interface View<R> {
  get<K extends keyof R & string>(kind: K, id: string): R[K] | undefined;
  /** In the order of ids, so that nothing depends on when the server was last started. */
  all<K extends keyof R & string>(kind: K): Iterable<[id: string, row: R[K]]>;
}

/** Folded state to change. */
export interface Table<R> extends View<R> {
  put<K extends keyof R & string>(kind: K, id: string, row: R[K]): void;
  delete(kind: keyof R & string, id: string): void;
}

/** One changed row; `row` is undefined where it was deleted. */
export interface Change {
  readonly kind: string;
  readonly id: string;
  readonly row: unknown;
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  Object.values(value).forEach(deepFreeze);
}

const byId = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** The bottom layer: everything, in memory. */
export class MemoryState<R = Kinds> implements Table<R> {
  readonly #kinds = new Map<string, Map<string, unknown>>();
  /** Ids in order, by kind; absent after an id came or went. */
  readonly #order = new Map<string, string[]>();

  get<K extends keyof R & string>(kind: K, id: string): R[K] | undefined {
    return this.#kinds.get(kind)?.get(id) as R[K] | undefined;
  }

  *all<K extends keyof R & string>(kind: K): Iterable<[string, R[K]]> {
    const rows = this.#kinds.get(kind);
    if (!rows) return;
    let order = this.#order.get(kind);
    if (!order) this.#order.set(kind, (order = [...rows.keys()].sort(byId)));
    for (const id of order) yield [id, rows.get(id) as R[K]];
  }

  /** Every row, in no order. */
  *rows(): Generator<Change> {
    for (const [kind, rows] of this.#kinds) for (const [id, row] of rows) yield { kind, id, row };
  }

  put<K extends keyof R & string>(kind: K, id: string, row: R[K]): void {
    this.apply({ kind, id, row });
  }

  delete(kind: keyof R & string, id: string): void {
    this.apply({ kind, id, row: undefined });
  }

  /** Takes in a row as it was stored or changed above. */
  apply({ kind, id, row }: Change): void {
    const rows = this.#kinds.get(kind) ?? new Map<string, unknown>();
    this.#kinds.set(kind, rows);
    deepFreeze(row);
    if (rows.has(id) !== (row !== undefined)) this.#order.delete(kind);
    if (row === undefined) rows.delete(id);
    else rows.set(id, row);
  }
}

/** A layer of changes over another one, which it leaves alone until `mergeInto`. */
export class Overlay<R = Kinds> implements Table<R> {
  #base: View<R>;
  readonly #changed = new Map<string, Map<string, unknown>>();

  constructor(base: View<R>) {
    this.#base = base;
  }

  get<K extends keyof R & string>(kind: K, id: string): R[K] | undefined {
    const rows = this.#changed.get(kind);
    return rows?.has(id) ? (rows.get(id) as R[K] | undefined) : this.#base.get(kind, id);
  }

  *all<K extends keyof R & string>(kind: K): Iterable<[string, R[K]]> {
    const changed = this.#changed.get(kind);
    if (!changed) {
      yield* this.#base.all(kind);
      return;
    }
    const merged = new Map<string, R[K] | undefined>(this.#base.all(kind));
    for (const [id, row] of changed) merged.set(id, row as R[K] | undefined);
    for (const id of [...merged.keys()].sort(byId)) {
      const row = merged.get(id);
      if (row !== undefined) yield [id, row];
    }
  }

  put<K extends keyof R & string>(kind: K, id: string, row: R[K]): void {
    this.apply({ kind, id, row });
  }

  delete(kind: keyof R & string, id: string): void {
    this.apply({ kind, id, row: undefined });
  }

  apply({ kind, id, row }: Change): void {
    const rows = this.#changed.get(kind) ?? new Map<string, unknown>();
    this.#changed.set(kind, rows);
    deepFreeze(row);
    rows.set(id, row);
  }

  /** Puts this layer over another one that says the same as the one below it did. */
  rebase(base: View<R>): void {
    this.#base = base;
  }

  /** Every row that this layer changed, once, as it is now. */
  *changes(): Generator<Change> {
    for (const [kind, rows] of this.#changed) for (const [id, row] of rows) yield { kind, id, row };
  }

  mergeInto(below: { apply: (change: Change) => void }): void {
    for (const change of this.changes()) below.apply(change);
  }
}
