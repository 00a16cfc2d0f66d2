/** Access from its start to its end: activation, leases, extending, revoking, running out. */
export { startClock } from './clock.ts';
export { isOpen, runningGrant } from './ending.ts';
export { grantView } from './views.ts';
