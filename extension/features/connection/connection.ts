import { openStream } from '../../platform/stream.ts';
import { state } from '../state/state.ts';
import { heartbeat } from './heartbeat.ts';
import { refreshState } from './sync.ts';

/** The line to the server over which it nudges us, and what is done while there is none. */

/** Waits between attempts, in ms; the alarm every 30 s tries as well, should the worker have slept. */
const WAITS = [500, 1_000, 2_000, 5_000, 10_000];
/** While somebody waits for an answer and there is no line, ask this often, in ms. */
const POLL = 2_000;

let line: { close(): void } | undefined;
let opening = false;
let failures = 0;
let poll: ReturnType<typeof setTimeout> | undefined;

/** Makes sure that there is a line, if this browser is paired. */
export async function keepLine(): Promise<void> {
  if (line || opening || state.identity?.state !== 'paired') return;
  opening = true;
  try {
    line = await openStream(heard, () => {
      line = undefined;
      // A server that closes the line may have gone, or may not know us any more: ask which.
      void refreshState();
      again();
    });
    failures = 0;
    // What was said while there was no line is not said again.
    await refreshState();
    await heartbeat();
  } catch {
    again();
  } finally {
    opening = false;
  }
}

export function dropLine(): void {
  line?.close();
  line = undefined;
}

function heard(topics: string[]): void {
  if (topics.includes('state') || topics.includes('consoles')) void refreshState();
}

function again(): void {
  const wait = WAITS[Math.min(failures, WAITS.length - 1)];
  failures += 1;
  setTimeout(() => void keepLine(), wait);
  pollWhileWaiting();
}

/** Nobody must wait at a gate because a proxy does not pass WebSockets. */
export function pollWhileWaiting(): void {
  clearTimeout(poll);
  const waits =
    state.run.activating !== null || state.run.requests.some(({ status }) => status === 'waiting');
  if (line || !waits) return;
  poll = setTimeout(() => void refreshState().then(pollWhileWaiting), POLL);
}
