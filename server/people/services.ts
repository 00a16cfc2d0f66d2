/** What lives as long as the server does; `start.ts` makes it. */
export { Counters } from './counters.ts';
export { LastSeen } from './last-seen.ts';
export { SignIns } from './sign-ins.ts';
export { Setup } from './setup.ts';
export { Touches } from './touches.ts';
