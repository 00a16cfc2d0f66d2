/** The worker's half of the recorder: requests that change something on a console's host. */
export { recordRequests } from './start.ts';
