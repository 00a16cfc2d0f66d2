import { routes as actions } from '#shared/domain/actions/wire.ts';
import { routes as browsers } from '#shared/domain/browsers/wire.ts';
import { routes as consoles } from '#shared/domain/consoles/wire.ts';
import { routes as dualControl } from '#shared/domain/dual-control/wire.ts';
import { routes as erasure } from '#shared/domain/erasure/wire.ts';
import { routes as grants } from '#shared/domain/grants/wire.ts';
import { routes as people } from '#shared/domain/people/wire.ts';
import { routes as requests } from '#shared/domain/requests/wire.ts';
import { routes as sessions } from '#shared/domain/sessions/wire.ts';
import { routes as succession } from '#shared/domain/succession/wire.ts';
import { routes as templates } from '#shared/domain/templates/wire.ts';
import { routes as witnesses } from '#shared/domain/witnesses/wire.ts';

/** Every JSON route there is. The server serves them, the pages and the extension call them, tests walk through them. */
export const wire = {
  ...actions,
  ...browsers,
  ...consoles,
  ...dualControl,
  ...erasure,
  ...grants,
  ...people,
  ...requests,
  ...sessions,
  ...succession,
  ...templates,
  ...witnesses,
};
