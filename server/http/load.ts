import type { Server, Socket } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { addressOf, isOwnHost, tooMany } from './limits.ts';

declare module '../context.ts' {
  interface Services {
    load: Load;
  }
}

/**
 * Calls that one address has under way at once: an answer counts until it was read or given up. On this very host, a
 * proxy that does not say for whom it calls stands for everybody.
 */
const MAX_CALLS_BY_ADDRESS = 128;
const MAX_CALLS_BY_OWN_HOST = 2048;
/** The same of one person or browser, whatever the addresses. */
const MAX_CALLS_BY_CALLER = 64;
/** Bytes of all bodies that are being received. */
const MAX_BYTES_RECEIVED = 64 * 1024 * 1024;
/** Connections at once: of one address that is not this host, and of all. */
const MAX_CONNECTIONS_BY_ADDRESS = 512;
const MAX_CONNECTIONS = 10_000;

/** When it is worth trying again, where that depends on others, in ms. */
export const RETRY_AFTER_MS = 5000;
const sentence = 'Too many requests are still being answered.';

/** What is under way now. What was done in the last minute is for `Limits`. */
export class Load {
  readonly #counts = new Map<string, number>();
  #bytes = 0;

  /** One more of these, until the returned function is called; undefined where there are `most` already. */
  enter(what: string, most: number): (() => void) | undefined {
    const count = this.#counts.get(what) ?? 0;
    if (count >= most) return undefined;
    this.#counts.set(what, count + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const now = (this.#counts.get(what) ?? 1) - 1;
      if (now > 0) this.#counts.set(what, now);
      else this.#counts.delete(what);
    };
  }

  /** So many bytes more in memory; false where there is no room for them. Given back with a negative number. */
  hold(bytes: number): boolean {
    if (bytes > 0 && this.#bytes + bytes > MAX_BYTES_RECEIVED) return false;
    this.#bytes += bytes;
    return true;
  }
}

/** Throws `too_many` where this caller, or this address, has too many calls under way. */
function enter(load: Load, c: Context, what: string, most: number): void {
  // An upgrade to a WebSocket has no answer of its own; streams are counted by the hub.
  const { outgoing } = c.env as Partial<HttpBindings>;
  if (!outgoing) return;
  const leave = load.enter(what, most);
  if (!leave) throw tooMany(RETRY_AFTER_MS, sentence);
  if (outgoing.closed || outgoing.destroyed) leave();
  else outgoing.once('close', leave);
}

/** Counts every call, whatever it is for, by the address that it comes from. */
export function admission(app: OpenAPIHono, load: Load): void {
  app.use(async (c, next) => {
    const address = addressOf(c);
    enter(load, c, `address ${address}`, isOwnHost(address) ? MAX_CALLS_BY_OWN_HOST : MAX_CALLS_BY_ADDRESS);
    await next();
  });
}

/** Counts a call by who makes it, once that is known. */
export const enterAs = (load: Load, c: Context, caller: string): void =>
  enter(load, c, `caller ${caller}`, MAX_CALLS_BY_CALLER);

/** Refuses connections beyond those that one address may have. A proxy on this host has as many as it needs. */
export function capConnections(server: Server, most = MAX_CONNECTIONS_BY_ADDRESS, exempt = isOwnHost): void {
  const load = new Load();
  server.maxConnections = MAX_CONNECTIONS;
  server.on('connection', (socket: Socket) => {
    const { remoteAddress = '' } = socket;
    if (exempt(remoteAddress)) return;
    const leave = load.enter(remoteAddress, most);
    if (leave) {
      socket.once('close', leave);
      return;
    }
    const { message, retryAfter } = tooMany(RETRY_AFTER_MS, 'Too many connections from this address.');
    socket.end(
      `HTTP/1.1 429 Too Many Requests\r\nRetry-After: ${retryAfter}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${message.length + 1}\r\nConnection: close\r\n\r\n${message}\n`,
    );
  });
}
