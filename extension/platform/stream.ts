import { freshNonce } from './api.ts';
import { db } from './db.ts';
import { makeProof } from './proof.ts';

const STREAM_PATH = '/api/browser/stream';
/** The server speaks every 10 s; a connection that is silent for longer than this is dead. */
const MAX_SILENCE_MS = 25_000;

/**
 * The server's nudges. A message every 10 s also keeps the worker awake, which a silent port or fetch does not.
 * Resolves when the connection is open, rejects when it cannot be had.
 * @param heard called with the topics of each nudge, empty ones included
 * @param closed called once when an open connection ends
 */
export async function openStream(
  heard: (topics: string[]) => void,
  closed: () => void,
): Promise<{ close(): void }> {
  const identity = await (await db()).get('identity', 'this');
  if (!identity) throw new Error('this browser is not paired');
  const { server, browser } = identity;
  const proof = await makeProof(
    identity,
    { method: 'GET', path: STREAM_PATH, body: undefined },
    await freshNonce(server),
  );
  const url = new URL(STREAM_PATH, server);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = new URLSearchParams({ browser, proof }).toString();
  const socket = new WebSocket(url);
  let silence: ReturnType<typeof setTimeout> | undefined;
  const listen = () => {
    clearTimeout(silence);
    silence = setTimeout(() => socket.close(), MAX_SILENCE_MS);
  };
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('close', () => reject(new Error('the server refused the connection')));
  });
  listen();
  socket.addEventListener('message', ({ data }) => {
    listen();
    heard(topicsOf(data));
  });
  socket.addEventListener('close', () => {
    clearTimeout(silence);
    closed();
  });
  return { close: () => socket.close() };
}

function topicsOf(data: unknown): string[] {
  try {
    const { topics } = JSON.parse(String(data)) as { topics?: unknown };
    return Array.isArray(topics) ? topics.filter((topic) => typeof topic === 'string') : [];
  } catch {
    return [];
  }
}
