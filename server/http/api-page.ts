import { fileURLToPath } from 'node:url';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { Scalar } from '@scalar/hono-api-reference';
import { serveFiles } from './files.ts';

const script = fileURLToPath(new URL('browser/standalone.js', import.meta.resolve('@scalar/api-reference')));

/** The API as OpenAPI made from the routes, and a page to read it whose script we serve ourselves. */
export function apiPage(app: OpenAPIHono): void {
  let description: string | undefined;
  app.get('/api/openapi.json', (c) => {
    description ??= JSON.stringify(
      app.getOpenAPI31Document({
        openapi: '3.1.0',
        info: {
          title: 'Countersign',
          version: '0.1.0',
          description: 'On-call access to consoles, countersigned.',
        },
      }),
    );
    return c.body(description, 200, { 'Content-Type': 'application/json' });
  });
  app.get(
    '/api/reference.js',
    serveFiles({ path: script, onFound: (_, c) => c.header('Cache-Control', 'public, max-age=86400') }),
  );
  app.get('/api', async (c, next) => {
    await next();
    // This page alone runs a script of others, on a page that holds no cookie-bound action of its own.
    c.header(
      'Content-Security-Policy',
      "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'",
    );
  });
  app.get(
    '/api',
    Scalar({
      url: '/api/openapi.json',
      cdn: '/api/reference.js',
      pageTitle: 'Countersign API',
      withDefaultFonts: false,
      telemetry: false,
      // What would call its maker's services or has no place in a page to read.
      agent: { disabled: true },
      mcp: { disabled: true },
      showDeveloperTools: 'never',
      hideClientButton: true,
    }),
  );
}
