import type { z } from 'zod';
import { wordsOf } from '#shared/entries/words.ts';
import type { Rows } from '#shared/entries/types.ts';
import type { SessionView, storyStep } from '#shared/wire/views.ts';
import { consoleNamed } from '../consoles/list.ts';
import type { Services } from '../context.ts';
import { grantView } from '../grants/views.ts';
import { browserView, refOf } from '../people/views.ts';

/** A session as the wire shows it. */
export function sessionView(services: Services, session: Rows['session']): SessionView {
  const { state } = services.log;
  const grant = state.get('grant', session.grant);
  const browser = state.get('browser', session.browser);
  if (!grant || !browser) throw new Error(`session ${session.id} names what the state does not know`);
  const { id, name } = consoleNamed(services, session.console);
  const lastHeard = services.heartbeats.lastSeen(browser.id);
  return {
    id: session.id,
    grant: grantView(services, grant),
    request: session.request,
    person: refOf(services, session.person),
    browser: browserView(services, browser),
    console: { id, name },
    level: session.level,
    started: session.started,
    ...(session.ended === undefined ? {} : { ended: session.ended }),
    actions: session.actions,
    violations: session.violations,
    ...(session.lastAction === undefined ? {} : { lastAction: session.lastAction }),
    ...(lastHeard === undefined ? {} : { lastHeard }),
  };
}

/** The story of a session but for its actions: every entry about its requests and grant, in log order. */
export function storyOf(services: Services, session: Rows['session']): z.infer<typeof storyStep>[] {
  const { log } = services;
  const grant = log.state.get('grant', session.grant);
  const requests = [...log.state.all('request')]
    .map(([, r]) => r)
    .filter((r) => r.id === session.request || r.grant === session.grant || r.extends === session.grant);
  const indexes = new Set([
    ...requests.flatMap((r) => r.entries),
    ...(grant?.entries ?? []),
    ...session.entries,
  ]);
  return [...indexes]
    .sort((a, b) => a - b)
    .map((index) => ({ index, entry: log.entry(index) }))
    .filter(({ entry }) => entry.type !== 'actions.recorded')
    .map(({ index, entry }) => ({
      entry: index,
      at: entry.time,
      type: entry.type,
      ...wordsOf(entry, log.state),
    }));
}
