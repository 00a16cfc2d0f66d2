import { requestPack } from '../../packs/requests.ts';
import { readGates } from '../../platform/gates.ts';
import { forgetRecords, onRecord, readRecords } from '../../platform/records.ts';
import { readStatus } from '../../platform/status.ts';
import { onWebRequests, personActive } from '../../platform/web-requests.ts';
import { RECORD_PREFIX, writeRecord } from '../../platform/record.ts';
import { tellBlocked } from '../blocked/index.ts';
import { readFirsts } from '../outbox/index.ts';
import type { WorkerFeature } from '../worker.ts';
import { requestRecorder } from './requests.ts';

function start(signal: AbortSignal): void {
  const recorder = requestRecorder({
    gates: readGates,
    reads: async (console) => (await readStatus()).consoles.find(({ id }) => id === console)?.reads ?? [],
    pack: requestPack,
    write: writeRecord,
    records: async () => readFirsts(await readRecords()).firsts,
    remove: (id) => forgetRecords([RECORD_PREFIX + id]),
    active: personActive,
  });
  onRecord(({ console, trusted, kind, at }) => {
    if (console !== undefined && trusted !== undefined && kind !== undefined && at !== undefined)
      recorder.acted({ console, trusted, kind, at });
  }, signal);
  const quietly = (work: Promise<unknown>): void => {
    work.catch(() => {
      // Storage is gone with the browser; there is nowhere left to record to.
    });
  };
  onWebRequests(
    (request) => quietly(recorder.started(request)),
    (request, outcome) => {
      quietly(recorder.done(request, outcome));
      quietly(readGates().then((gates) => tellBlocked(request, outcome, gates)));
    },
    signal,
  );
}

export const recordRequests: WorkerFeature = { start: ({ signal }) => start(signal) };
