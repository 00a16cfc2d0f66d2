import { state } from '../state/index.ts';
import { newRecordId, stamp, writeRecord } from '../../platform/record.ts';

/**
 * A line of the browser's own in the record of a console; in the running session, if there is one, because whoever
 * watches it should read there why nothing more comes.
 */
export const note = (console: string, words: string): Promise<void> =>
  writeRecord({
    id: newRecordId(),
    at: stamp(),
    kind: 'noted',
    console,
    session: state.run.held.find(({ lease }) => lease.console === console)?.lease.session ?? '',
    trusted: true,
    detail: { words },
  });
