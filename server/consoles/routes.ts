import type { OpenAPIHono } from '@hono/zod-openapi';
import { mayAsk, offers } from '#shared/policy/evaluate.ts';
import { wire } from '#shared/wire/index.ts';
import type { Rows } from '#shared/domain/entries.ts';
import { Refusal } from '#shared/errors.ts';
import type { Services } from '../context.ts';
import { serve } from '../http/index.ts';
import { requestView, factsOf } from '../requests/index.ts';
import { consoleInfos, consoleNamed, recordedSentence } from './list.ts';

/** Consoles and policy: who may ask for what, and why not. */
export function consoleRoutes(app: OpenAPIHono, services: Services): void {
  const { log, policy, now } = services;

  const offersFor = (person: Rows['person'], console: string) => {
    const facts = factsOf(person);
    const found = offers(policy.current.policy, { person: facts, console, at: now() });
    if (found.length > 0)
      return {
        offers: found.map((offer) => ({
          ...offer,
          decides: offer.decides === 'nobody' ? ('nobody' as const) : [...offer.decides],
        })),
      };
    const answer = mayAsk(policy.current.policy, {
      person: facts,
      console,
      level: 'change',
      seconds: 60,
      at: now(),
    });
    return { offers: [], whyNot: answer.allowed ? 'Nothing is available right now.' : answer.sentence };
  };

  serve(app, services, wire.offers, ({ who, params }) => {
    const console = consoleInfos(services).find(({ id }) => id === params.console);
    if (!console) throw new Refusal('unknown_console');
    const open = [...log.state.all('request')]
      .map(([, request]) => request)
      .find((r) => r.browser === who.browser.id && r.console === console.id && r.status === 'waiting');
    return {
      ...offersFor(who.person, console.id),
      recorded: recordedSentence(console.record),
      ...(open ? { open: requestView(services, open, who.person.id) } : {}),
    };
  });

  serve(app, services, wire.listConsoles, ({ who }) => {
    const row = log.state.get('policy', 'current');
    const { hash, text, policy: current } = policy.current;
    const mayReadText = who.person.roles.some((role) => role === 'administrator' || role === 'auditor');
    return {
      now: now(),
      consoles: consoleInfos(services).map((console) => ({
        console: { id: console.id, name: console.name },
        hosts: console.hosts,
        mode: console.mode,
        record: recordedSentence(consoleNamed(services, console.id).record),
        unreachable: console.unreachable,
        ...offersFor(who.person, console.id),
        running: [...log.state.all('grant')].filter(
          ([, g]) => g.console === console.id && g.status === 'running',
        ).length,
      })),
      policy: {
        hash,
        loadedAt: row ? log.entry(row.entry).time : now(),
        entry: row?.entry ?? 0,
        ...(mayReadText ? { text } : {}),
        problems: mayReadText ? [...policy.problems] : [],
      },
      eligibility: current.eligibility.map(({ name, who: whom, consoles, levels, durations, decides }) => ({
        name,
        who: [...whom],
        consoles: [...consoles],
        levels: [...levels],
        longest: durations.at(-1) ?? 0,
        decides: decides === 'nobody' ? ('nobody' as const) : [...decides],
      })),
    };
  });
}
