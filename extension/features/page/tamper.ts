import { tellWorker } from '../../platform/post.ts';
import { newRecordId, stamp, writeRecord } from '../../platform/record.ts';
import type { ConsolePage } from './page.ts';

/** So many times within a minute is a fight, and the page wins nothing by it (T35). */
const MAX_TAMPERING = 20;
const WINDOW_MS = 60_000;

/** Counts tampering: true at the `most`th time within a minute, when fighting back is to stop. `now` in ms. */
export function tamperCount(most = MAX_TAMPERING): (now: number) => boolean {
  let times: number[] = [];
  return (now) => {
    times = [...times.filter((one) => now - one < WINDOW_MS), now];
    return times.length >= most;
  };
}

/** Says so in the record, and has the worker put the gate page in place of a page that will not leave us be (T35). */
export function reportTampering(page: ConsolePage): void {
  const gate = page.gate();
  if (!gate) return;
  const { console, session } = gate;
  const words = `The page removed Countersign's own elements ${MAX_TAMPERING} times within a minute`;
  const record = { id: newRecordId(), at: stamp(), kind: 'noted', trusted: false } as const;
  void writeRecord({ ...record, console, session, detail: { words } });
  tellWorker('tampered', { console, times: MAX_TAMPERING });
}
