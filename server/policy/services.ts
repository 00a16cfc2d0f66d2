/** What lives as long as the server does; `start.ts` makes it. */
export { PolicyKeeper } from './keeper.ts';
