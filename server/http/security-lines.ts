import type { Context } from 'hono';
import type { Code, Refusal } from '#shared/errors.ts';
import { signIn } from '#shared/domain/people/wire.ts';
import type { Services } from '../context.ts';
import type { BrowserCaller, PersonCaller } from './who.ts';
import { addressOf } from './limits.ts';

/**
 * What the server's own log says of sign-ins that failed and of rights that were refused (ASVS 16.3): who, what, from
 * where, and never a cookie, proof, code or body. The names of events are those of the OWASP logging vocabulary.
 */
const events: Partial<Record<Code, string>> = {
  forbidden: 'authz_fail',
  own_act: 'authz_fail',
  own_request: 'authz_fail',
  may_not_decide: 'authz_fail',
  outside_policy: 'authz_fail',
  disabled: 'authz_fail',
  browser_suspended: 'authz_fail',
  browser_unknown: 'authz_fail',
  // Whose it is, or whether there is such a thing, the caller is not told.
  not_found: 'authz_fail',
  wrong_origin: 'malicious_cors',
  proof_invalid: 'authn_token_invalid',
  statement_used: 'authn_token_reuse',
  statement_mismatch: 'authn_token_invalid',
  touch_invalid: 'authn_token_invalid',
  key_cloned: 'authn_token_invalid',
  too_many: 'excess_rate_limit_exceeded',
};

/** Lines about one address in a minute: a flood of refusals is no flood of lines. */
const MAX_LINES_PER_MINUTE = 60;

const callers = new WeakMap<Context, PersonCaller | BrowserCaller>();

/** Remembers who makes a call, for what may have to be said of it. */
export function remember(c: Context, who: PersonCaller | BrowserCaller): void {
  callers.set(c, who);
}

/** One line for a refusal that says something about who tried. */
export function lineAbout({ limits, logger }: Services, c: Context, { code }: Refusal): void {
  const who = callers.get(c);
  const isSignIn = c.req.path === signIn.path;
  // Of strangers an address that leads nowhere is no more than a mistyped one.
  const event = isSignIn ? 'authn_login_fail' : code === 'not_found' && !who ? undefined : events[code];
  if (event === undefined) return;
  const address = addressOf(c);
  if (!limits.within(`lines ${address}`, MAX_LINES_PER_MINUTE)) return;
  logger.warn(
    {
      event,
      code,
      method: c.req.method,
      path: c.req.path.slice(0, 200),
      address,
      ...(who && { person: who.person.id }),
      ...(who?.kind === 'browser' && { browser: who.browser.id }),
    },
    isSignIn ? 'a sign-in failed' : 'refused',
  );
}
