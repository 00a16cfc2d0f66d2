import { z } from 'zod';
import { consoleRef, offer } from './views.ts';
import { time } from '#shared/domain/primitives.ts';
import { requestView } from '#shared/domain/requests/views.ts';
import { route } from '#shared/wire/route.ts';

export const offers = route({
  method: 'GET',
  path: '/api/browser/consoles/:console/offers',
  summary: 'What the form of this console may offer now.',
  auth: 'browser',
  params: z.strictObject({ console: z.string().max(63) }),
  answer: z.object({
    offers: z.array(offer),
    whyNot: z.string().optional(),
    recorded: z.string(),
    open: requestView.optional(),
  }),
});

export const listConsoles = route({
  method: 'GET',
  path: '/api/consoles',
  summary: "Consoles and what the reader could ask for now, or why not; the policy's state.",
  auth: 'person',
  answer: z.object({
    now: time,
    consoles: z.array(
      z.object({
        console: consoleRef,
        hosts: z.array(z.string()),
        mode: z.string(),
        record: z.string(),
        unreachable: z.string(),
        offers: z.array(offer),
        whyNot: z.string().optional(),
        running: z.int(),
      }),
    ),
    policy: z.object({
      hash: z.string(),
      loadedAt: time,
      entry: z.int(),
      /** The whole text, to administrators and auditors. */
      text: z.string().optional(),
      /** Problems of the file as it lies there now, when it was refused; the policy above stays in force. */
      problems: z.array(z.object({ line: z.int(), column: z.int(), field: z.string(), message: z.string() })),
    }),
    eligibility: z.array(
      z.object({
        name: z.string(),
        who: z.array(z.string()),
        consoles: z.array(z.string()),
        levels: z.array(z.string()),
        longest: z.int(),
        decides: z.union([z.literal('nobody'), z.array(z.string())]),
      }),
    ),
  }),
});

export const routes = { offers, listConsoles };
