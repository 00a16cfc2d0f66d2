/** What lives as long as the server does; `start.ts` makes it. */
export { Activations } from './activations.ts';
export { Heartbeats } from './heartbeats.ts';
export { LeaseKey } from './lease-key.ts';
