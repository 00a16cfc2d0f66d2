import { storyOf } from '#shared/domain/sessions/story.ts';
import type { Rows } from '#shared/domain/entries.ts';
import type { SessionView, StoryView } from '#shared/domain/sessions/views.ts';
import { consoleNamed } from '../consoles/index.ts';
import type { Services } from '../context.ts';
import { detailOf } from '../details/index.ts';
import { grantView } from '../grants/index.ts';
import { browserView, refOf } from '../people/index.ts';

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

/** The story of a session but for its actions, with the texts in it. */
export function storyView(services: Services, session: Rows['session']): StoryView {
  const { log } = services;
  const { facts, steps } = storyOf(
    log.state,
    session,
    (index) => log.entry(index),
    (console) => consoleNamed(services, console).name,
  );
  // What the state says may be ahead of the newest checkpoint, by entries that are committed already.
  const newest = [
    ...steps.map(({ entry }) => entry),
    ...log.find(`session:${session.id}`, Infinity, 1),
    ...[...log.state.all('erasure')].map(([entry]) => Number(entry)),
    log.state.get('policy', 'current')?.entry ?? 0,
  ];
  return {
    size: Math.max(...newest) + 1,
    facts,
    steps: steps.map((step) => ({
      ...step,
      texts: step.texts.map((text) => ({ ...text, detail: detailOf(services, text.commitment) })),
    })),
  };
}
