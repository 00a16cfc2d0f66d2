import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { Refusal } from '#shared/errors.ts';

/** Where Vite puts the companion (`server/web/vite.config.ts`). */
export const webFolder = fileURLToPath(new URL('../web/dist', import.meta.url));

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** The companion: built files as they are, and its one page for every address that is no file and no API. */
export function pages(app: OpenAPIHono): void {
  app.get('/api/*', () => {
    throw new Refusal('not_found');
  });
  app.get('*', async (c) => {
    const path = normalize(decoded(new URL(c.req.url).pathname));
    const file = join(webFolder, path);
    const isFile = extname(path) !== '' && file.startsWith(webFolder) && existsSync(file);
    if (!isFile && extname(path) !== '') throw new Refusal('not_found');
    const found = isFile ? file : join(webFolder, 'index.html');
    c.header('Content-Type', types[extname(found)] ?? 'application/octet-stream');
    c.header(
      'Cache-Control',
      path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    );
    return c.body(new Uint8Array(await readFile(found)));
  });
}

/** Throws `not_found` for an address that is not UTF-8. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (cause) {
    throw new Refusal('not_found', { cause });
  }
}
