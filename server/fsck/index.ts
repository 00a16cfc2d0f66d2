/** Checks a log without trusting it: a data folder, an export, or tiles at an address. */
export { readCheckpoint, readKey } from './checkpoint.ts';
export { fsck, type Report } from './fsck.ts';
export { refold } from './refold.ts';
export { openToRead } from './rows.ts';
export { newestCheckpoint, sourceAt } from './source.ts';
export { checkpointStep } from './steps.ts';
export { Watch } from './watch.ts';
