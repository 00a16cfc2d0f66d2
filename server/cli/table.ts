import { formatDuration } from '#shared/policy/duration.ts';
import type { Policy } from '#shared/policy/schema.ts';
import type { Access } from '../policy/index.ts';

/** Rows of access as text in columns, a person's and a console's name only where it changes. */
export function accessTable(policy: Policy, rows: readonly Access[]): string {
  const cells = rows.map((row, i) => {
    const before = rows[i - 1];
    const samePerson = before?.person === row.person;
    return [
      samePerson ? '' : row.person,
      samePerson && before.console === row.console ? '' : (policy.consoles[row.console]?.name ?? row.console),
      row.level,
      row.durations.map(formatDuration).join(' '),
      sayDeciders(row),
      row.eligibility,
    ];
  });
  return columns([['WHO', 'CONSOLE', 'LEVEL', 'FOR', 'APPROVED BY', 'ELIGIBILITY'], ...cells]);
}

function sayDeciders({ decides, deciders }: Access): string {
  if (decides === 'nobody') return 'self-approved';
  return deciders.join(', ') || `NOBODY CAN (${decides.join(', ')})`;
}

/** Pads each column to its widest cell. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
