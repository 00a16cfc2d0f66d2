import { signal } from '@preact/signals';
import { crowded, ended } from '#shared/wire/stream.ts';
import { nudge } from '#shared/wire/common.ts';

/**
 * Whether nudges arrive. `connecting` before the first time, `lost` while it tries again, `crowded` where this person
 * has as many pages open as may be.
 */
export const stream = signal<'connecting' | 'live' | 'lost' | 'crowded'>('connecting');

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
/** Until then another page may have been closed. */
const crowdedPause = 60_000;

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
    socket.addEventListener('open', heardSomething);
    socket.addEventListener('message', ({ data }) => {
      heardSomething();
      // Open is not enough: the server may take the socket only to say why it does not keep it.
      pause = firstPause;
      const missed = stream.value === 'lost' || stream.value === 'crowded';
      stream.value = 'live';
      if (missed) for (const heard of listeners) heard([everything]);
      const { topics } = nudge.parse(JSON.parse(String(data)));
      if (topics.length > 0) for (const heard of listeners) heard(topics);
    });
    socket.addEventListener('close', ({ code }) => {
      clearTimeout(watchdog);
      aborted.removeEventListener('abort', leave);
      if (aborted.aborted) return;
      const isCrowded = code === crowded.code;
      stream.value = isCrowded ? 'crowded' : 'lost';
      // Whoever asks anew is told that they are signed out, and goes to the sign-in.
      if (code === ended.code) for (const heard of listeners) heard([everything]);
      setTimeout(open, isCrowded ? crowdedPause : pause * (0.75 + Math.random() / 2));
      pause = Math.min(pause * 2, longestPause);
    });
  };
  open();
}
