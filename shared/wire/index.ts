import { actRoutes } from '#shared/wire/acts.ts';
import { browserRoutes } from '#shared/wire/browsers.ts';
import { keyRoutes } from '#shared/wire/keys.ts';
import { peopleRoutes } from '#shared/wire/people.ts';
import { witnessRoutes } from '#shared/wire/witnesses.ts';
import { requestRoutes } from '#shared/wire/requests.ts';
import { successionRoutes } from '#shared/wire/succession.ts';

/** Every JSON route there is. The server serves them, the pages and the extension call them, tests walk through them. */
export const wire = {
  ...peopleRoutes,
  ...browserRoutes,
  ...requestRoutes,
  ...actRoutes,
  ...witnessRoutes,
  ...successionRoutes,
  ...keyRoutes,
};
