/** What lives as long as the server does; `start.ts` makes it. */
export { Pairings } from './pairings.ts';
