/** Going on under a new origin after the newest entries, the lock or the key of a log were lost. */
export { type Lost, prepareRecovery } from './prepare.ts';
