import { upgradeWebSocket } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { getCookie } from 'hono/cookie';
import { Refusal } from '#shared/errors.ts';
import type { Services } from '../context.ts';
import { browserOf, cookieName, personOf } from './callers.ts';
import type { Listener } from './hub.ts';

/** The two WebSockets: nudges to the companion (by cookie) and to paired browsers (by proof). */
export function streams(app: OpenAPIHono, services: Services): void {
  const { hub } = services;
  const listen = (make: (send: Listener['send'], close: Listener['close']) => Listener) => {
    let leave: (() => void) | undefined;
    return {
      onOpen(_: Event, ws: { send(text: string): void; close(): void }) {
        const send: Listener['send'] = (nudge) => ws.send(JSON.stringify(nudge));
        leave = hub.join(make(send, () => ws.close()));
        send({ topics: [] });
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
      const { person } = personOf(services, getCookie(c, cookieName));
      return listen((send, close) => ({ kind: 'person', person: person.id, send, close }));
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
      return listen((send, close) => ({
        kind: 'browser',
        person: person.id,
        browser: browser.id,
        send,
        close,
      }));
    }),
  );
}
