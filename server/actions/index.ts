export { actionsOfSession, latestActions } from './store.ts';
