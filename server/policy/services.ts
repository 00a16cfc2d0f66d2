/** What lives as long as the server does; `context.ts` names it. */
export { PolicyKeeper } from './keeper.ts';
