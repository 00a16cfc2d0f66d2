/** What errors of SQLite and of the file system say, by their codes. */

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const damage = new Set([11, 26]);
/** SQLITE_BUSY. */
const busy = new Set([5]);
/** SQLITE_BUSY, SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL and SQLITE_CANTOPEN. */
const refusing = new Set([5, 8, 10, 13, 14]);
/** The same from the system. */
const failing = new Set<unknown>(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS']);

/** Whether SQLite said no with one of these result codes. */
const isOf = (codes: ReadonlySet<number>, error: unknown): error is Error =>
  error instanceof Error &&
  'errcode' in error &&
  typeof error.errcode === 'number' &&
  codes.has(error.errcode & 0xff);

/** Whether SQLite says of a file that it is damaged, or no database at all. */
export const isDamage = (error: unknown): error is Error => isOf(damage, error);

/** Whether another connection has locked what SQLite was asked for. */
export const isBusy = (error: unknown): error is Error => isOf(busy, error);

/** Whether the disk, or what guards it, did not let SQLite or the system do what was right in itself. */
export const isRefusedByDisk = (error: unknown): error is Error =>
  isOf(refusing, error) || (error instanceof Error && 'code' in error && failing.has(error.code));
