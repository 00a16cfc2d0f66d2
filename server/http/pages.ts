import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { Refusal } from '#shared/errors.ts';
import { verifierFile } from '../evidence/verifier.ts';

/** Where Vite puts the companion (`server/web/vite.config.ts`). */
export const webFolder = fileURLToPath(new URL('../web/dist', import.meta.url));

const missing = (): never => {
  throw new Refusal('not_found');
};

/** Files under `/assets/` carry a hash of their content in their name. */
const caching = (path: string, c: Context): void =>
  c.header('Cache-Control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');

/** The verifier that stands alone runs what is in it and nothing else: its own policy, which it says in itself. */
function verifier(app: OpenAPIHono): void {
  app.get('/verify.html', async (c) => {
    const page = await readFile(verifierFile, 'utf8').catch(missing);
    const [, policy = "default-src 'none'"] =
      /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page) ?? [];
    c.header('Content-Security-Policy', `${policy}; frame-ancestors 'none'`);
    c.header('Cache-Control', 'no-cache');
    return c.html(page);
  });
}

/** The companion: built files as they are, and its one page for every address that is no file and no API. */
export function pages(app: OpenAPIHono): void {
  app.get('/api/*', missing);
  verifier(app);
  app.get('*', serveStatic({ root: webFolder, onFound: caching }));
  app.get('/assets/*', missing);
  app.get('*', serveStatic({ path: join(webFolder, 'index.html'), onFound: caching }));
}
