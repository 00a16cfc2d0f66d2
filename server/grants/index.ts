export { startClock } from './clock.ts';
export { isOpen, runningGrant } from './ending.ts';
export { grantView } from './views.ts';
