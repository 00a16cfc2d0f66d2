import { OpenAPIHono } from '@hono/zod-openapi';
import { actRoutes } from './dual-control/routes.ts';
import { actionRoutes } from './actions/routes.ts';
import { browserRoutes } from './browsers/routes.ts';
import { consoleRoutes } from './consoles/routes.ts';
import type { Services } from './context.ts';
import { evidenceRoutes } from './evidence/routes.ts';
import { verifierFile } from './evidence/index.ts';
import { grantRoutes } from './grants/routes.ts';
import { admission, apiPage, headers, health, onError, pages, streams } from './http/index.ts';
import { entryRoutes, logRoutes, successionRoutes } from './log-routes/index.ts';
import { peopleRoutes } from './people/routes.ts';
import { recoveryRoutes } from './disaster-recovery/routes.ts';
import { requestRoutes } from './requests/routes.ts';
import { sessionRoutes } from './sessions/routes.ts';
import { templateRoutes } from './templates/routes.ts';
import { witnessRoutes } from './witness/routes.ts';

/** The server's table of contents. Each slice brings its routes from `shared/wire`; handlers authorize themselves. */
export function buildApp(services: Services): OpenAPIHono {
  const app = new OpenAPIHono();
  app.onError((error, c) => onError(services, error, c));
  headers(app, services);
  admission(app, services.load);
  health(app, services);

  peopleRoutes(app, services); //   set-up, enrolment, sign-in, people and keys
  browserRoutes(app, services); //  pairing, what a browser must know
  consoleRoutes(app, services); //  consoles and policy
  requestRoutes(app, services); //  ask, withdraw, decide, inbox
  templateRoutes(app, services); // requests kept under a name
  grantRoutes(app, services); //    activate, leases, hand back, revoke
  actionRoutes(app, services); //   what was done, with receipts
  actRoutes(app, services); //      what takes two administrators: erasing details
  sessionRoutes(app, services); //  live view, sessions
  entryRoutes(app, services); //    the log in words
  recoveryRoutes(app, services); //  its keys and health; going on after a loss
  successionRoutes(app, services); // how its keys follow from earlier ones
  logRoutes(app, services); //      the log in bytes: checkpoint, tiles, proofs
  evidenceRoutes(app, services); // the log, or a part of it, as a file that anybody can verify
  witnessRoutes(app, services); //   being witnessed, and witnessing other logs
  streams(app, services); //        nudges over WebSockets

  apiPage(app); //                  /api, OpenAPI
  pages(app, verifierFile); //      the companion
  return app;
}
