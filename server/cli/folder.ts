import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Rows } from '#shared/entries/types.ts';

/** Where the server keeps what it knows: `$COUNTERSIGN_DATA`, else `./data`. */
export const dataFolder = (): string => resolve(process.env['COUNTERSIGN_DATA'] ?? 'data');

export const hasDatabase = (folder: string): boolean => existsSync(join(folder, 'countersign.db'));

/**
 * Everybody whom the server knows, read beside a server that may be running. Empty before set-up. Throws what SQLite
 * throws when the database cannot be read, for one by another user than the server's.
 */
export function peopleOfServer(folder: string): Rows['person'][] {
  const database = new DatabaseSync(join(folder, 'countersign.db'), { readOnly: true, timeout: 5000 });
  try {
    return database
      .prepare('SELECT "row" FROM state WHERE kind = \'person\' ORDER BY id')
      .all()
      .map(({ row }) => JSON.parse(String(row)) as Rows['person'])
      .sort((a, b) => a.handle.localeCompare(b.handle, 'en'));
  } finally {
    database.close();
  }
}
