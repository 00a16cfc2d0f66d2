/** The policy file: read, watched, written into the log, and asked. */
export { type Access, peopleIn, whoMayAsk } from './access.ts';
export { readPolicyFile, writeExamplePolicy } from './load.ts';
