/** Backups of a data folder: taken beside a running server, checked, restored. */
export { lastBackup } from './last.ts';
export { databaseFile } from './manifest.ts';
export { restore, type Restored } from './restore.ts';
export { takeBackup } from './take.ts';
