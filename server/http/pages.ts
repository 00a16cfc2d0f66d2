import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { Refusal } from '#shared/errors.ts';

/** Where Vite puts the companion (`server/web/vite.config.ts`). */
export const webFolder = fileURLToPath(new URL('../web/dist', import.meta.url));

const missing = (): never => {
  throw new Refusal('not_found');
};

/** Files under `/assets/` carry a hash of their content in their name. */
const caching = (path: string, c: Context): void =>
  c.header('Cache-Control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');

/** The companion: built files as they are, and its one page for every address that is no file and no API. */
export function pages(app: OpenAPIHono): void {
  app.get('/api/*', missing);
  app.get('*', serveStatic({ root: webFolder, onFound: caching }));
  app.get('/assets/*', missing);
  app.get('*', serveStatic({ path: join(webFolder, 'index.html'), onFound: caching }));
}
