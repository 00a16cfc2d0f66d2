/** What lives as long as the server does; `context.ts` names it. */
export { Pairings } from './pairings.ts';
