import type { IncomingMessage } from 'node:http';
import type { Access, OpenSocket } from './handle.ts';

const KEPT = /^(sec-fetch-.*|sec-purpose|origin|referer|content-type)$/;

/** The access log of one console, and what is open on it. */
export type Witness = {
  log: Access[];
  saw: (request: IncomingMessage) => void;
  /** Notes a stream's opening, then what is heard over it and, once, its closing. */
  opened: (kind: OpenSocket['kind'], request: IncomingMessage) => { heard: () => void; closed: () => void };
  sockets: () => OpenSocket[];
  clear: () => void;
};

/** An empty log with nothing open. */
export function startWitness(): Witness {
  const log: Access[] = [];
  const open = new Set<OpenSocket>();
  const note = (kind: Access['kind'], request: IncomingMessage) => {
    const kept = Object.entries(request.headers).filter(([name]) => KEPT.test(name));
    log.push({
      at: Date.now(),
      kind,
      method: request.method ?? 'GET',
      host: request.headers.host ?? '',
      url: request.url ?? '/',
      headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
    });
  };
  return {
    log,
    saw: (request) => note('request', request),
    opened: (kind, request) => {
      const socket: OpenSocket = { kind, url: request.url ?? '/', openedAt: Date.now(), heard: 0 };
      open.add(socket);
      note(`${kind}-open`, request);
      return {
        heard: () => void (socket.heard += 1),
        closed: () => {
          if (open.delete(socket)) note(`${kind}-close`, request);
        },
      };
    },
    sockets: () => [...open],
    clear: () => void log.splice(0),
  };
}
