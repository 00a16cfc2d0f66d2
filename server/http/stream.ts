import { upgradeWebSocket } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { getCookie } from 'hono/cookie';
import type { WebSocket } from 'ws';
import { Refusal } from '#shared/errors.ts';
import { crowded, ended } from '#shared/wire/stream.ts';
import type { Services } from '../context.ts';
import { browserOf, cookieName, personOf } from './callers.ts';
import type { StreamListener } from './hub.ts';
import { signInId } from './secrets.ts';
import { enforceLimit } from './limits.ts';

/** Streams that one person or browser may open in a minute: what many pages need that find the server again. */
const MAX_OPENED_PER_MINUTE = 240;
/** Bytes that wait for somebody who does not read them. A nudge has a hundred. */
const MAX_UNREAD_BYTES = 64 * 1024;

type Ends = Pick<StreamListener, 'send' | 'close'>;

/** The two WebSockets: nudges to the companion (by cookie) and to paired browsers (by proof). */
export function streams(app: OpenAPIHono, services: Services): void {
  const { hub, limits } = services;
  /** `stands` says again whether there may be a stream: what it was granted on may have ended before it opened. */
  const listen = (stands: () => unknown, make: (ends: Ends) => StreamListener) => {
    let leave: (() => void) | undefined;
    return {
      onOpen(_: Event, ws: { raw?: unknown }) {
        const raw = ws.raw as WebSocket; // as `start.ts` gave it to the adapter
        const listener = make({
          send(nudge) {
            // Half-open or not read: either way nobody is there.
            if (raw.bufferedAmount > MAX_UNREAD_BYTES) raw.terminate();
            else raw.send(JSON.stringify(nudge));
          },
          close: (how) => {
            if (how === 'ended') raw.close(ended.code, ended.reason);
            else raw.close();
          },
        });
        if (!stands()) {
          listener.close('ended');
          return;
        }
        leave = hub.join(listener);
        if (!leave) {
          raw.close(crowded.code, crowded.reason);
          return;
        }
        stayAlive(raw);
        listener.send({ topics: [] });
      },
      onClose: () => leave?.(),
      onError: () => leave?.(),
    };
  };

  app.get(
    '/api/stream',
    upgradeWebSocket((c) => {
      // Browsers send no preflight for WebSockets: the Origin is what tells our own pages from others.
      if (c.req.header('origin') !== services.config.webOrigin) throw new Refusal('wrong_origin');
      const { person, signIn } = personOf(services, getCookie(c, cookieName));
      enforceLimit(limits, `streams of ${person.id}`, MAX_OPENED_PER_MINUTE);
      return listen(
        () => services.signIns.find(signIn),
        (ends) => ({ kind: 'person', person: person.id, signIn: signInId(signIn), ...ends }),
      );
    }),
  );

  app.get(
    '/api/browser/stream',
    upgradeWebSocket((c) => {
      const { person, browser } = browserOf(services, c.req.query('browser'), c.req.query('proof'), {
        method: 'GET',
        path: '/api/browser/stream',
        body: '',
      });
      enforceLimit(limits, `streams of ${browser.id}`, MAX_OPENED_PER_MINUTE);
      return listen(
        () => services.log.state.get('browser', browser.id)?.status === 'paired',
        (ends) => ({ kind: 'browser', person: person.id, browser: browser.id, ...ends }),
      );
    }),
  );
}

/** How often a page must show that it is there, in ms. A laptop that was shut, or changed networks, says no good-bye. */
const PING_MS = 20_000;

/** Ends a socket that answers no ping, so that nobody is shown as being there who is not. */
function stayAlive(socket: WebSocket): void {
  let answered = true;
  const timer = setInterval(() => {
    if (!answered) {
      socket.terminate();
      return;
    }
    answered = false;
    socket.ping();
  }, PING_MS).unref();
  socket.on('pong', () => {
    answered = true;
  });
  socket.once('close', () => clearInterval(timer));
}
