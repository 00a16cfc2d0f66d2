/** The log, or a part of it, as a file that anybody can verify. */
export { withFolder } from './folder.ts';
export { verifierFile } from './verifier.ts';
export { type WitnessedFolder, witnessedFolder } from './witnessed.ts';
export { writeEvidence } from './write.ts';
