import { z } from 'zod';
import { browserView } from '#shared/domain/browsers/views.ts';
import { consoleRef } from '#shared/domain/consoles/views.ts';
import { grantView } from '#shared/domain/grants/views.ts';
import { personRef } from '#shared/domain/people/views.ts';
import { id, level, time } from '#shared/domain/primitives.ts';
import { storyFacts, storyStep, storyText } from './story.ts';
import { detailView } from '#shared/wire/details.ts';

export const sessionView = z.object({
  id,
  grant: grantView,
  request: id,
  person: personRef,
  browser: browserView,
  console: consoleRef,
  level,
  started: time,
  ended: time.optional(),
  actions: z.int(),
  violations: z.int(),
  lastAction: time.optional(),
  /** Last heartbeat of the browser that uses it. */
  lastHeard: time.optional(),
});

export type SessionView = z.infer<typeof sessionView>;

/** The story of a session as the log tells it, with the texts that its entries commit to; null where one is not there. */
export const storyView = z.object({
  /** As of how many entries it is told: those that came later may go on with it. */
  size: z.int(),
  facts: storyFacts,
  steps: z.array(storyStep.extend({ texts: z.array(storyText.extend({ detail: detailView.nullable() })) })),
});

export type StoryView = z.infer<typeof storyView>;
