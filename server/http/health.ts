import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Services } from '../context.ts';

/** `/healthz`: the process answers. `/readyz`: the log can be written; if not, 503 and why. */
export function health(app: OpenAPIHono, services: Services): void {
  app.get('/healthz', (c) => c.text('ok\n'));
  app.get('/readyz', (c) => {
    const state = services.log.health;
    return state.ok ? c.text('ready\n') : c.text(`${state.reason}\n`, 503);
  });
}
