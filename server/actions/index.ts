/** What was done in consoles: batches taken in, kept and shown. */
export { actionsOfSession, latestActions } from './store.ts';
