import type { OpenAPIHono } from '@hono/zod-openapi';
import { Refusal } from '#shared/errors.ts';
import type { Rows } from '#shared/domain/entries.ts';
import { wire } from '#shared/wire/index.ts';
import { actionsOfSession, latestActions } from '../actions/index.ts';
import type { Services } from '../context.ts';
import { serve } from '../http/index.ts';
import { requestView } from '../requests/index.ts';
import { sessionView, storyView } from './views.ts';

/** Sessions on one page, and entries' worth of actions on one page. */
const sessionsPage = 50;
const entriesPage = 200;

/** Those who may see everybody's sessions; an engineer sees their own, whole. */
const seesAll = (person: Rows['person']): boolean => person.roles.some((role) => role !== 'engineer');

/** Live view, session list, one session whole. */
export function sessionRoutes(app: OpenAPIHono, services: Services): void {
  const { log, now } = services;

  serve(app, services, wire.live, () => {
    const running = [...log.state.all('session')]
      .map(([, session]) => session)
      .filter((session) => session.ended === undefined || sessionView(services, session).grant.unacknowledged)
      .sort((a, b) => b.started - a.started);
    return {
      now: now(),
      sessions: running.map((session) => ({
        session: sessionView(services, session),
        latest: latestActions(services, session.id, 12),
      })),
      ungranted: latestActions(services, '', 20),
    };
  });

  serve(app, services, wire.listSessions, ({ who, query }) => {
    if (query.whose === 'all' && !seesAll(who.person)) throw new Refusal('forbidden');
    const sessions = [...log.state.all('session')]
      .map(([, session]) => session)
      .filter(
        (session) =>
          (query.whose === 'all' || session.person === who.person.id) &&
          session.started < (query.before ?? Infinity),
      )
      .sort((a, b) => b.started - a.started);
    return {
      now: now(),
      sessions: sessions.slice(0, sessionsPage).map((session) => sessionView(services, session)),
      more: sessions.length > sessionsPage,
    };
  });

  serve(app, services, wire.showSession, ({ who, params, query }) => {
    const session = log.state.get('session', params.session);
    // Somebody else's session looks the same as one that does not exist (case 13).
    if (!session || (session.person !== who.person.id && !seesAll(who.person)))
      throw new Refusal('not_found');
    const request = log.state.get('request', session.request);
    if (!request) throw new Error(`session ${session.id} names a request that the state does not know`);
    return {
      now: now(),
      session: sessionView(services, session),
      request: requestView(services, request, who.person.id),
      story: storyView(services, session),
      ...actionsOfSession(services, session.id, query.after, entriesPage),
    };
  });
}
