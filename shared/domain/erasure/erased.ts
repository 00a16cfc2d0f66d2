import type { State } from '#shared/domain/state.ts';
import type { Rows } from '#shared/domain/entries.ts';

/** What the log says of an erasure: when, and by whom. Nobody in `by` where policy's retention did it. */
export interface Erased {
  /** Log time, ms. */
  readonly at: number;
  /** People's ids: who proposed it, who confirmed it. */
  readonly by: readonly string[];
  /** The `detail.erased` entry. */
  readonly entry: number;
}

const covers = ({ below, entries }: Rows['erasure'], entry: number): boolean =>
  below === undefined ? (entries ?? []).includes(entry) : entry < below;

/** How the details beside an entry were erased; undefined where they were not. The first erasure counts. */
export function erasedOf(state: State, entry: number): Erased | undefined {
  let first: Erased | undefined;
  for (const [id, row] of state.all('erasure'))
    if (covers(row, entry) && (first === undefined || Number(id) < first.entry))
      first = { at: row.at, by: row.by, entry: Number(id) };
  return first;
}
