/** Pairing with a server, and leaving the ones before it. */
import type { WorkerFeature } from '../worker.ts';
import { awaitConfirmation, awaitUntil } from './pair.ts';
import { askRelease } from './release.ts';

export { answerAnotherLog, pair, unpair } from './pair.ts';
export { askRelease } from './release.ts';

export const finishPairing: WorkerFeature = {
  start: ({ signal }) => awaitUntil(signal),
  look: awaitConfirmation,
};
export const leaveFormerServers: WorkerFeature = { look: askRelease };
