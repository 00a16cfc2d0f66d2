import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Services } from '../context.ts';
import { tokenHash } from './secrets.ts';
import { remember } from './security-lines.ts';
import type { Anybody, BrowserCaller, PersonCaller } from './who.ts';
import { Refusal } from '#shared/errors.ts';
import { isOutdated, protocolHeader } from '#shared/wire/protocol.ts';
import type { Auth } from '#shared/wire/route.ts';

export const cookieName = '__Host-countersign';

/**
 * Cookies travel with requests that other sites cause, so a call that rests on one must come from our own pages:
 * JSON content type, our own Origin (case 11).
 */
export function refuseCrossSite(c: Context, webOrigin: string): void {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new Refusal('wrong_origin');
  if (c.req.method === 'GET') return;
  if (c.req.header('origin') !== webOrigin) throw new Refusal('wrong_origin');
  if (!/^application\/json\b/.test(c.req.header('content-type') ?? '')) throw new Refusal('wrong_origin');
}

/** The signed-in person of a cookie. Throws `signed_out`, or `disabled` when the person is no longer active. */
export function personOf(services: Services, token: string | undefined): PersonCaller {
  if (!token) throw new Refusal('signed_out');
  const signIn = services.signIns.find(tokenHash(token));
  if (!signIn) throw new Refusal('signed_out');
  const person = services.log.state.get('person', signIn.person);
  const key = services.log.state.get('key', signIn.credential);
  if (!person || !key || key.removed !== undefined) throw new Refusal('signed_out');
  if (person.status !== 'active') throw new Refusal('disabled');
  return { kind: 'person', person, credential: signIn.credential, signIn: signIn.token_hash };
}

/** Throws where a call's body need not be read: nobody is signed in, or no paired browser by this id is known. */
export function refuseNobody(services: Services, auth: Auth, c: Context): void {
  if (auth === 'person') {
    callerOf(services, auth, c, '');
    return;
  }
  if (auth !== 'browser') return;
  const browser = services.log.state.get('browser', c.req.header('countersign-browser') ?? '');
  if (!browser || !c.req.header('countersign-proof')) throw new Refusal('browser_unknown');
}

/** The browser that made a proof over this very call; perhaps one that is not paired any more. */
export function knownBrowserOf(
  services: Services,
  id: string | undefined,
  proof: string | undefined,
  call: { method: string; path: string; body: string },
): BrowserCaller {
  const browser = id === undefined ? undefined : services.log.state.get('browser', id);
  if (!browser || proof === undefined) throw new Refusal('browser_unknown');
  services.proofs.check(call, browser, proof);
  if (browser.status === 'suspended') throw new Refusal('browser_suspended');
  const person = services.log.state.get('person', browser.person);
  if (!person) throw new Refusal('disabled');
  return { kind: 'browser', person, browser };
}

/** The paired browser that made a proof over this very call. */
export function browserOf(...of: Parameters<typeof knownBrowserOf>): BrowserCaller {
  const caller = knownBrowserOf(...of);
  if (caller.browser.status !== 'paired') throw new Refusal('browser_unknown');
  if (caller.person.status !== 'active') throw new Refusal('disabled');
  return caller;
}

/** The person whose cookie comes with a call from our own pages. */
export function signedInAt(services: Services, c: Context): PersonCaller {
  refuseCrossSite(c, services.config.webOrigin);
  const who = personOf(services, getCookie(c, cookieName));
  remember(c, who);
  return who;
}

export function callerOf(
  services: Services,
  auth: Auth,
  c: Context,
  body: string,
): Anybody | PersonCaller | BrowserCaller {
  if (auth === 'person') return signedInAt(services, c);
  if (auth === 'browser') {
    const url = new URL(c.req.url);
    const id = c.req.header('countersign-browser');
    const prove = (): BrowserCaller => {
      const who = browserOf(services, id, c.req.header('countersign-proof'), {
        method: c.req.method,
        path: url.pathname + url.search,
        body,
      });
      remember(c, who);
      return who;
    };
    if (id === undefined || !isOutdated(c.req.header(protocolHeader))) return prove();
    // Old words may be of any form. Whoever still proves to be a browser of ours is shown as too old in the companion.
    try {
      services.heartbeats.outdated(prove().browser.id);
    } catch (cause) {
      throw new Refusal('extension_outdated', { cause });
    }
    throw new Refusal('extension_outdated');
  }
  return { kind: 'anybody' };
}
