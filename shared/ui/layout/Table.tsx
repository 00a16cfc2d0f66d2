import type { ComponentChildren } from 'preact';
import styles from './Table.module.css';

/** One column: its head, and what it shows of a row. */
export interface Column<R> {
  key: string;
  head: string;
  cell: (row: R) => ComponentChildren;
  /** Figures keep to the right. */
  numeric?: boolean;
  /** The cell that names its row: said with every other cell, and the head of the stacked card. */
  names?: boolean;
  /** What can be done with a row: its head is heard and not seen. */
  acts?: boolean;
}

/**
 * A ruled table; where its place is narrow each row becomes a card. The roles are spelt out because a table whose `display`
 * changes loses its own.
 */
export function Table<R>({
  caption,
  columns,
  rows,
  keyOf,
  empty,
}: {
  /** Read by a screen reader; the page's own heading is what is seen. */
  caption: string;
  columns: readonly Column<R>[];
  rows: readonly R[];
  keyOf: (row: R) => string;
  /** What stands in place of no rows. */
  empty?: ComponentChildren;
}) {
  if (rows.length === 0 && empty !== undefined) return <>{empty}</>;
  return (
    <div class={styles['place']} data-many={columns.length > 4 || undefined}>
      <table class={styles['table']} role="table" aria-label={caption}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ key, head, numeric, acts }) => (
              <th key={key} role="columnheader" scope="col" data-numeric={numeric}>
                {acts === true ? <span class="cs-sr">{head}</span> : head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row">
              {columns.map(({ key, head, cell, numeric, names, acts }) =>
                names === true ? (
                  <th key={key} role="rowheader" scope="row">
                    {cell(row)}
                  </th>
                ) : (
                  <td key={key} role="cell" data-numeric={numeric} data-acts={acts} data-head={head}>
                    <div>{cell(row)}</div>
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
