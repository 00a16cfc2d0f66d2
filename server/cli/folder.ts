import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Rows } from '#shared/domain/entries.ts';
import { openToRead } from '../db/durable.ts';

/** Where the server keeps what it knows: `$COUNTERSIGN_DATA`, else `./data`. */
export const dataFolder = (): string => resolve(process.env['COUNTERSIGN_DATA'] ?? 'data');

export const hasDatabase = (folder: string): boolean => existsSync(join(folder, 'countersign.db'));

/** What the log of a data folder says of itself, read beside a server that may be running. Throws an Error with a sentence. */
export function placeOfServer(folder: string): Rows['log'] {
  if (!hasDatabase(folder))
    throw new Error(
      `There is no Countersign data folder at ${folder}. Set COUNTERSIGN_DATA to the one the server uses.`,
    );
  const database = openToRead(join(folder, 'countersign.db'));
  try {
    const found = database.prepare('SELECT "row" FROM state WHERE kind = \'log\'').get();
    if (!found)
      throw new Error(
        'Nobody is enrolled here yet. Start the server and open the one-time set-up link it prints.',
      );
    return JSON.parse(String(found['row'])) as Rows['log'];
  } finally {
    database.close();
  }
}

/** The server's own host, which no console may cover: as the environment says, else as its log does, else that of a trial. */
export function ownHost(folder: string): { host: string; from: 'environment' | 'log' | 'default' } {
  const origin = process.env['COUNTERSIGN_ORIGIN'] ?? '';
  if (URL.canParse(origin)) return { host: new URL(origin).hostname, from: 'environment' };
  try {
    return { host: placeOfServer(folder).rpId, from: 'log' };
  } catch {
    return { host: 'localhost', from: 'default' };
  }
}

/**
 * Everybody whom the server knows, read beside a server that may be running. Empty before set-up. Throws what SQLite
 * throws when the database cannot be read, for one by another user than the server's.
 */
export function peopleOfServer(folder: string): Rows['person'][] {
  const database = openToRead(join(folder, 'countersign.db'));
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
