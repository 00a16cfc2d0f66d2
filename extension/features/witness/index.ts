/** This browser as a witness of the log: checkpoints proven and cosigned, a fork found, a new key followed. */
import type { WorkerFeature } from '../worker.ts';
import { witness } from './witness.ts';

export { followed, sameLog } from './follow.ts';
export { witness } from './witness.ts';

export const witnessLog: WorkerFeature = { look: witness };
