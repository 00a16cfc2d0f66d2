import type { Kind, Rows } from './entries.ts';

/** Folded state as the fold sees it: typed rows by kind and id. */
export interface State {
  get<K extends Kind>(kind: K, id: string): Rows[K] | undefined;
  all<K extends Kind>(kind: K): Iterable<[string, Rows[K]]>;
}

export interface FoldedState extends State {
  put<K extends Kind>(kind: K, id: string, row: Rows[K]): void;
}

export function must<K extends Kind>(state: State, kind: K, id: string): Rows[K] {
  const row = state.get(kind, id);
  if (!row) throw new Error(`the log contradicts itself: no ${kind} ${id}`);
  return row;
}

export function change<K extends Kind>(
  state: FoldedState,
  kind: K,
  id: string,
  by: (row: Rows[K]) => Rows[K],
): void {
  state.put(kind, id, by(must(state, kind, id)));
}
