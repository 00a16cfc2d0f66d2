export { waitingKeys } from './rotation.ts';
