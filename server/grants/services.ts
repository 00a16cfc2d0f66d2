/** What lives as long as the server does; `context.ts` names it. */
export { Activations } from './activations.ts';
export { Heartbeats } from './heartbeats.ts';
export { LeaseKey } from './lease-key.ts';
