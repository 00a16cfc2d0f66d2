/** What takes two administrators, each with a touch: proposals, and what they carry out. */
export { waitingKeys } from './rotation.ts';
