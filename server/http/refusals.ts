import type { Context } from 'hono';
import { Refusal, type Code } from '#shared/errors.ts';
import type { Route } from '#shared/wire/route.ts';
import type { Services } from '../context.ts';
import type { Anybody, BrowserCaller, PersonCaller } from './callers.ts';

/** Refusals that tell something about who tried: replayed or false touches, lost races, reaching for what is not theirs. */
const telling = new Set<Code>([
  'statement_used',
  'statement_mismatch',
  'touch_invalid',
  'key_cloned',
  'key_unknown',
  'own_request',
  'may_not_decide',
  'already_decided',
  'no_longer_open',
  'not_found',
  'proof_invalid',
]);

/** At most this many of one caller in a minute, so that nobody fills the log with failures. */
const perMinute = 20;
const counts = new WeakMap<Services, Map<string, { since: number; count: number }>>();

function underLimit(services: Services, caller: string): boolean {
  const all = counts.get(services) ?? new Map<string, { since: number; count: number }>();
  counts.set(services, all);
  const now = services.now();
  const found = all.get(caller);
  const current = found && now - found.since < 60_000 ? found : { since: now, count: 0 };
  all.set(caller, current);
  return ++current.count <= perMinute;
}

/**
 * Runs a handler; when it refuses something that would have changed state, the attempt becomes an entry of its own
 * (cases 1 and 20), and the refusal goes on to the caller.
 */
export async function logRefusals<T>(
  services: Services,
  route: Route,
  who: Anybody | PersonCaller | BrowserCaller,
  c: Context,
  handle: () => Promise<T> | T,
): Promise<T> {
  try {
    return await handle();
  } catch (error) {
    const known = error instanceof Refusal && telling.has(error.code) && route.appends !== undefined;
    const caller =
      who.kind === 'anybody' ? undefined : who.kind === 'person' ? who.person.id : who.browser.id;
    if (known && caller !== undefined && underLimit(services, caller)) {
      const subject = Object.values(c.req.param()).find((value) => /^[A-Za-z0-9_-]{22}$/.test(value));
      await services.log
        .run((draft) =>
          draft.append('attempt.refused', {
            what: route.path.slice(0, 60),
            why: error.code,
            ...(who.kind === 'person' ? { person: who.person.id } : {}),
            ...(who.kind === 'browser' ? { browser: who.browser.id } : {}),
            ...(subject === undefined ? {} : { subject }),
          }),
        )
        .catch((failure: unknown) =>
          services.logger.error({ err: failure }, 'a refused attempt could not be logged'),
        );
      services.hub.nudge(['log']);
    }
    throw error;
  }
}
