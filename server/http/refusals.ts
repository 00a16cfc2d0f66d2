import { hash } from 'node:crypto';
import { z } from 'zod';
import { Refusal, type Code } from '#shared/errors.ts';
import { signIn } from '#shared/wire/people.ts';
import { id } from '#shared/statement/types.ts';
import type { Route } from '#shared/wire/route.ts';
import type { Services } from '../context.ts';
import type { Anybody, BrowserCaller, PersonCaller } from './callers.ts';
import { minute } from './limits.ts';

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
 * At most this many of one caller in a minute; of a browser the very same call only once in an hour, for it sends a
 * batch again until that is taken. So nobody fills the log with failures.
 */
const perMinute = 20;
const hour = 60 * minute;

/** A call as far as it was read. `body` is set once it passed its schema. */
export interface Attempt {
  route: Route;
  who: Anybody | PersonCaller | BrowserCaller;
  params: Record<string, string>;
  body?: unknown;
}

/** Only the credential of a touch is read, of whatever body has one. */
const touched = z.object({ touch: z.object({ credential: z.string() }) });

/** Who tried, as the entry names them, and whose budget it takes. Nothing where nobody known did. */
function triedBy(
  services: Services,
  { who, body }: Attempt,
): { caller: string; names: { person?: string; browser?: string } } | undefined {
  if (who.kind === 'person') return { caller: who.person.id, names: { person: who.person.id } };
  if (who.kind === 'browser') return { caller: who.browser.id, names: { browser: who.browser.id } };
  // Sign-in and activation take no cookie; the touch itself names a key that may be known (case 1).
  const { data } = touched.safeParse(body);
  const key = data && services.log.state.get('key', data.touch.credential);
  // A budget of its own: whoever knows a key's id must not use up what its owner's own attempts may take.
  return key && { caller: `key ${key.id}`, names: { person: key.person } };
}

/** What was called, to be compared with what was called before. */
const hashOf = ({ route, params, body }: Attempt): string =>
  hash('sha256', JSON.stringify([route.method, route.path, params, body]), 'base64url');

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
    const by = triedBy(services, attempt);
    const { limits } = services;
    if (
      by &&
      (attempt.who.kind !== 'browser' ||
        limits.within(`refused ${by.caller} ${hashOf(attempt)}`, 1, 1, hour)) &&
      limits.within(`refused ${by.caller}`, perMinute)
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
      services.hub.nudge(['log']);
    }
    throw error;
  }
}
