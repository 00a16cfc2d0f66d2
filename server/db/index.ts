/** The database file: how it is opened and migrated, the tables beside the log, and the hold on a data folder. */
export { isDamage, isRefusedByDisk } from './errors.ts';
export { FolderInUse, holdFolder } from './hold.ts';
export { migrate } from './migrate.ts';
export { type OpenDatabase, openDatabase } from './open.ts';
export { Tables } from './tables.ts';
