import { openStream } from '../../platform/stream.ts';
import { makeTimer } from '../../platform/timer.ts';
import { state } from '../state/index.ts';
import { heartbeat, refreshState } from './sync.ts';

/** The socket over which the server nudges us, and what is done while there is none. */

/** Waits between attempts; the tick tries as well, should the worker have slept. */
const RETRY_MS = [500, 1_000, 2_000, 5_000, 10_000];
/** How often to ask while somebody waits for an answer and there is no socket. */
const POLL_MS = 2_000;

let socket: { close(): void } | undefined;
let opening = false;
let failures = 0;
const retry = makeTimer();
const poll = makeTimer();

/** Makes sure that there is a connection, if this browser is paired. */
export async function connect(): Promise<void> {
  if (socket || opening || state.identity?.state !== 'paired') return;
  opening = true;
  try {
    socket = await openStream(nudged, closed);
    failures = 0;
    // What was said while there was no connection is not said again.
    await refreshState();
    await heartbeat();
  } catch {
    again();
  } finally {
    opening = false;
  }
}

export function disconnect(): void {
  socket?.close();
  socket = undefined;
}

/** Connects no more after the signal aborts. */
export function connectUntil(signal: AbortSignal): void {
  retry.until(signal);
  poll.until(signal);
  signal.addEventListener('abort', disconnect, { once: true });
}

/** Something changed for this browser: what, the server says when asked. */
function nudged(topics: string[]): void {
  if (topics.includes('state') || topics.includes('consoles')) void refreshState();
}

function closed(): void {
  socket = undefined;
  // A server that closes the connection may have gone, or may not know us any more: ask which.
  void refreshState();
  again();
}

function again(): void {
  retry.set(connect, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 0);
  failures += 1;
  pollWhileWaiting();
}

/** Nobody must wait at a gate because a proxy does not pass WebSockets. */
export function pollWhileWaiting(): void {
  poll.clear();
  const waits =
    state.run.activating !== null || state.run.requests.some(({ status }) => status === 'waiting');
  if (socket || !waits) return;
  poll.set(() => void refreshState().then(pollWhileWaiting), POLL_MS);
}
