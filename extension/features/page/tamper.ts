import { nudge } from '../../platform/nudge.ts';
import type { ConsolePage } from './index.ts';
import { newRecordId, stamp, writeRecord } from '../../platform/record.ts';
import { MOST } from '../strip/guard.ts';

/** Says so in the record, and has the worker put the gate page in place of a page that will not leave us be (T35). */
export function tampered(page: ConsolePage): void {
  const gate = page.gate();
  if (!gate) return;
  const { console, session } = gate;
  const words = `The page took Countersign's own elements away ${MOST} times within a minute`;
  writeRecord({
    id: newRecordId(),
    at: stamp(),
    kind: 'noted',
    console,
    session,
    trusted: false,
    detail: { words },
  }).catch(() => undefined);
  nudge('tampered', { console, times: MOST });
}
