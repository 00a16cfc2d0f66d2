import { watchBlocked } from './features/blocked/index.ts';
import { keepConnection } from './features/connection/index.ts';
import { gateConsoles } from './features/gate/index.ts';
import { watchHosts } from './features/hosts/index.ts';
import { followPolicy } from './features/managed/index.ts';
import { answerMessages } from './features/messages/index.ts';
import { deliverRecords } from './features/outbox/index.ts';
import type { PageFeature } from './features/page/index.ts';
import { finishPairing, leaveFormerServers } from './features/pairing/index.ts';
import { startRecorder } from './features/recorder/index.ts';
import { recordRequests } from './features/request-recorder/index.ts';
import { reportEnds, watchActivation } from './features/requests/index.ts';
import { startStrip } from './features/strip/index.ts';
import { startViewOnly } from './features/view-only/index.ts';
import { witnessLog } from './features/witness/index.ts';
import type { WorkerFeature } from './features/worker.ts';

/** What runs inside a console's page beside the veil, which starts them. */
export const pageFeatures: readonly PageFeature[] = [startRecorder, startViewOnly, startStrip];

/** What runs in the worker, in the order in which they prepare and look. */
export const workerFeatures: readonly WorkerFeature[] = [
  recordRequests,
  deliverRecords,
  answerMessages,
  watchActivation,
  followPolicy,
  watchHosts,
  gateConsoles,
  finishPairing,
  keepConnection,
  witnessLog,
  reportEnds,
  leaveFormerServers,
  watchBlocked,
];
