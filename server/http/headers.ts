import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Services } from '../context.ts';

/** What every answer carries: our pages are never framed (case 42), load nothing from elsewhere, send no referrer. */
export function headers(app: OpenAPIHono, services: Services): void {
  const socket = services.config.webOrigin.replace(/^http/, 'ws');
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    // The pair page asks whether the extension is there by fetching its icon.
    `connect-src 'self' ${socket} ${services.config.extensionOrigins.join(' ')}`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  app.use(async (c, next) => {
    // Before there is an answer, where setting a header is cheap; a page with a policy of its own sets that in its place.
    c.header('Content-Security-Policy', policy);
    c.header('X-Frame-Options', 'DENY');
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Referrer-Policy', 'no-referrer');
    c.header('Cross-Origin-Opener-Policy', 'same-origin');
    if (services.config.webOrigin.startsWith('https:'))
      c.header('Strict-Transport-Security', 'max-age=31536000');
    await next();
  });
}
