import { signal } from '@preact/signals';
import { nudge } from '#shared/wire/views.ts';

/** Whether nudges arrive. `connecting` before the first time, `lost` while it tries again. */
export const stream = signal<'connecting' | 'live' | 'lost'>('connecting');

type Heard = (topics: readonly string[]) => void;
const listeners = new Set<Heard>();

/** Every topic changed, as far as this page can know: said after a gap in the connection. */
export const everything = '*';

/** Calls `heard` with the topics of each nudge. Returns how to stop. */
export function listen(heard: Heard): () => void {
  listeners.add(heard);
  return () => listeners.delete(heard);
}

/** The server sends something every 10 s; silence for longer than this means that the connection is dead. */
const silence = 25_000;
const firstPause = 500;
const longestPause = 15_000;

/**
 * Keeps one WebSocket open, with doubling pauses after a failure, until `signal` aborts. A nudge carries no state: the
 * listeners fetch what they show.
 */
export function connect(aborted: AbortSignal): void {
  let pause = firstPause;
  const open = (): void => {
    if (aborted.aborted) return;
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/stream`);
    let watchdog: ReturnType<typeof setTimeout> | undefined;
    const heardSomething = (): void => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => socket.close(), silence);
    };
    const leave = (): void => socket.close();
    aborted.addEventListener('abort', leave, { once: true });
    socket.addEventListener('open', () => {
      pause = firstPause;
      heardSomething();
      const missed = stream.value === 'lost';
      stream.value = 'live';
      if (missed) for (const heard of listeners) heard([everything]);
    });
    socket.addEventListener('message', ({ data }) => {
      heardSomething();
      const { topics } = nudge.parse(JSON.parse(String(data)));
      if (topics.length > 0) for (const heard of listeners) heard(topics);
    });
    socket.addEventListener('close', () => {
      clearTimeout(watchdog);
      aborted.removeEventListener('abort', leave);
      if (aborted.aborted) return;
      stream.value = 'lost';
      setTimeout(open, pause * (0.75 + Math.random() / 2));
      pause = Math.min(pause * 2, longestPause);
    });
  };
  open();
}
