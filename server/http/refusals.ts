import { hash } from 'node:crypto';
import { z } from 'zod';
import { Refusal, type Code } from '#shared/errors.ts';
import { touch, id } from '#shared/domain/primitives.ts';
import { signIn } from '#shared/domain/people/wire.ts';
import type { Route } from '#shared/wire/route.ts';
import type { Services } from '../context.ts';
import type { Anybody, BrowserCaller, PersonCaller } from './who.ts';
import { MINUTE_MS } from './limits.ts';

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

/**
 * At most this many of one caller in a minute. The very same call of a browser counts once in an hour, for it sends a
 * batch again until that is taken; so does the very same statement of a touch. So nobody fills the log with failures.
 */
const MAX_LOGGED_PER_MINUTE = 20;
const HOUR_MS = 60 * MINUTE_MS;

/** A call as far as it was read. `body` is set once it passed its schema. */
export interface Attempt {
  route: Route;
  who: Anybody | PersonCaller | BrowserCaller;
  params: Record<string, string>;
  body?: unknown;
}

/** Of the bodies of calls without a sign-in, what may show who made them. */
const touched = z.object({ touch, ticket: z.string().optional() });

/** Who tried, as the entry names them, and whose budget it takes; `same` is what counts once an hour only. */
interface Tried {
  caller: string;
  names: { person?: string; browser?: string };
  same?: string;
}

/**
 * Nobody is named but by what only they could have made: a sign-in, a browser's proof, a touch whose signature holds,
 * or the ticket that a browser asked for with its proof. Undefined where that shows nobody.
 */
async function triedBy(services: Services, attempt: Attempt): Promise<Tried | undefined> {
  const { who, body, route, params } = attempt;
  if (who.kind === 'person') return { caller: who.person.id, names: { person: who.person.id } };
  if (who.kind === 'browser') {
    const same = hash('sha256', JSON.stringify([route.method, route.path, params, body]), 'base64url');
    return { caller: who.browser.id, names: { browser: who.browser.id }, same };
  }
  // Sign-in and activation take no cookie.
  const { data } = touched.safeParse(body);
  if (!data) return undefined;
  const key = await services.touches.madeBy(services.log.state, data.touch);
  // A budget of its own: whoever caught a touch must not use up what its owner's own attempts may take.
  if (key)
    return {
      caller: `key ${key.id}`,
      names: { person: key.person },
      same: hash('sha256', data.touch.statement, 'base64url'),
    };
  const browser = data.ticket === undefined ? undefined : services.activations.browserOf(data.ticket);
  return browser === undefined ? undefined : { caller: `window of ${browser}`, names: { browser } };
}

/**
 * Runs a handler; when it refuses something that would have changed state, or a sign-in, the attempt becomes an entry
 * of its own (cases 1 and 20), and the refusal goes on to the caller.
 */
export async function logRefusals<T>(
  services: Services,
  attempt: Attempt,
  handle: () => Promise<T> | T,
): Promise<T> {
  try {
    return await handle();
  } catch (error) {
    const { route, params } = attempt;
    const matters = route.appends !== undefined || route.path === signIn.path;
    if (!(error instanceof Refusal) || !telling.has(error.code) || !matters) throw error;
    const by = await triedBy(services, attempt);
    const { limits } = services;
    if (
      by &&
      (by.same === undefined || limits.within(`refused ${by.caller} ${by.same}`, 1, 1, HOUR_MS)) &&
      limits.within(`refused ${by.caller}`, MAX_LOGGED_PER_MINUTE)
    ) {
      const subject = error.subject ?? Object.values(params).find((value) => id.safeParse(value).success);
      await services.log
        .run((draft) =>
          draft.append('attempt.refused', {
            what: route.path.slice(0, 60),
            why: error.code,
            ...by.names,
            ...(subject === undefined ? {} : { subject }),
          }),
        )
        .catch((failure: unknown) =>
          services.logger.error({ err: failure }, 'a refused attempt could not be logged'),
        );
    }
    throw error;
  }
}
