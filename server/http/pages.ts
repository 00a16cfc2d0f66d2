import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { Refusal } from '#shared/errors.ts';
import { serveFiles } from './files.ts';

/** Where Vite puts the companion (`server/web/vite.config.ts`). */
export const webFolder = fileURLToPath(new URL('../web/dist', import.meta.url));

const missing = (): never => {
  throw new Refusal('not_found');
};

/** Files under `/assets/` carry a hash of their content in their name. */
const caching = (path: string, c: Context): void =>
  c.header('Cache-Control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');

/** The policy that a page has in its head, which is not far from its beginning. */
async function policyIn(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(8192), 0, 8192, 0);
    const head = buffer.toString('utf8', 0, bytesRead);
    return /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(head)?.[1] ?? "default-src 'none'";
  } finally {
    await file.close();
  }
}

/** The verifier that stands alone runs what is in it and nothing else: its own policy, which it says in itself. */
function verifier(app: OpenAPIHono, path: string): void {
  app.get(
    '/verify.html',
    serveFiles({
      path,
      onFound: async (path, c) => {
        c.header('Content-Security-Policy', `${await policyIn(path)}; frame-ancestors 'none'`);
        c.header('Cache-Control', 'no-cache');
      },
      onNotFound: missing,
    }),
  );
}

/**
 * The companion: built files as they are, and its one page for every address that is no file and no API.
 * @param verifierFile the verifier that stands alone
 */
export function pages(app: OpenAPIHono, verifierFile: string): void {
  app.get('/api/*', missing);
  verifier(app, verifierFile);
  app.get('*', serveFiles({ root: webFolder, onFound: caching }));
  app.get('/assets/*', missing);
  app.get('*', serveFiles({ path: join(webFolder, 'index.html'), onFound: caching }));
}
