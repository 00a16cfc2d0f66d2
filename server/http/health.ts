import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Services } from '../context.ts';

/**
 * `/healthz`: the process answers. `/readyz`: the log can be written; if not, 503 and why. Entries that do not hold are
 * named there too; they keep nobody from working.
 */
export function health(app: OpenAPIHono, services: Services): void {
  app.get('/healthz', (c) => c.text('ok\n'));
  app.get('/readyz', (c) => {
    const { health, doubts } = services.log;
    const lines = [health.ok ? 'ready' : health.reason, ...doubts];
    return c.text(`${lines.join('\n')}\n`, health.ok ? 200 : 503);
  });
}
