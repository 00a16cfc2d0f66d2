export { type Access, peopleIn, whoMayAsk } from './access.ts';
export { readPolicyFile, writeExamplePolicy } from './load.ts';
