import { parse } from 'bowser';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { Refusal } from '#shared/errors.ts';
import type { Touch } from '#shared/domain/primitives.ts';
import type { SignInView } from '#shared/domain/people/views.ts';
import type { Services } from '../context.ts';
import { addressOf, cookieName, type PersonCaller, signInId, tokenHash } from '../http/index.ts';
import { type SignIn, life } from './sign-ins.ts';

/** How a sign-in came to its end, as the server's log lines say it. */
type End =
  | 'signed-out'
  | 'replaced'
  | 'ended-by-owner'
  | 'ended-by-administrator'
  | 'disabled'
  | 'reset'
  | 'key-removed'
  | 'too-many'
  | 'expired';

/** Starts a sign-in in this browser, in the place of one that it may have had (ASVS 7.2.4). */
export function startSignIn(services: Services, c: Context, person: string, credential: string): void {
  const { signIns } = services;
  const before = getCookie(c, cookieName);
  const from = { agent: agentOf(c.req.header('user-agent')), address: addressOf(c) };
  const token = signIns.start(person, credential, from);
  // Only now: a disk that refuses the new one leaves whoever is signed in where they were.
  if (before) ended(services, signIns.end(tokenHash(before)), 'replaced');
  ended(services, signIns.endSurplus(person), 'too-many');
  setCookie(c, cookieName, token, {
    httpOnly: true,
    secure: true,
    sameSite: 'Lax',
    path: '/',
    maxAge: life / 1000,
  });
  services.logger.info(
    { event: 'authn_login_success', person, key: credential, signIn: signInId(tokenHash(token)), ...from },
    'signed in',
  );
  services.hub.tell([topicOf(person)]);
}

/**
 * Ends this sign-in. `Clear-Site-Data` empties the HTTP cache, where tiles of the log lie, and pages that Back would
 * show. It takes no cookies, for that directive reaches every other site under the same domain, and no storage, where
 * the page keeps which log it saw first.
 */
export function signOut(services: Services, c: Context, who: PersonCaller): void {
  deleteCookie(c, cookieName, { secure: true, path: '/' });
  c.header('Clear-Site-Data', '"cache"');
  ended(services, services.signIns.end(who.signIn), 'signed-out');
}

/** Ends what `which` names, and what is open under it: at once, and said in the server's log. */
export function ended(services: Services, which: readonly SignIn[], how: End, by?: string): void {
  const { hub, logger } = services;
  for (const { token_hash, person } of which) {
    const signIn = signInId(token_hash);
    hub.drop({ signIn });
    logger.info({ event: 'session_ended', how, person, signIn, ...(by && { by }) }, 'a sign-in ended');
    hub.tell([topicOf(person)]);
  }
}

/** What a page hears when the sign-ins of a person change. They are no entries, so it is told by hand. */
const topicOf = (person: string) => `sign-ins:${person}` as const;

/** The sign-ins of whoever asks: this one, then the others by when they were used last. */
export function signInsOf({ signIns }: Services, who: PersonCaller): SignInView[] {
  return signIns
    .of(who.person.id)
    .map((signIn) => ({
      id: signInId(signIn.token_hash),
      current: Buffer.compare(signIn.token_hash, who.signIn) === 0,
      agent: signIn.agent,
      address: signIn.address,
      credential: signIn.credential,
      created: signIn.created,
      lastSeen: signIn.last_seen,
      expires: signIn.expires,
    }))
    .sort((a, b) => Number(b.current) - Number(a.current));
}

/**
 * Ends other sign-ins of whoever asks: one, or all but this one. It takes a touch, as signing in does, so that a thief of
 * a cookie cannot lock its owner out (ASVS 7.5.2).
 */
export async function endOthers(
  services: Services,
  who: PersonCaller,
  touch: Touch,
  id?: string,
): Promise<void> {
  const { log, signIns, touches } = services;
  const others = signIns
    .of(who.person.id)
    .filter(({ token_hash }) => Buffer.compare(token_hash, who.signIn) !== 0);
  const which = id === undefined ? others : others.filter(({ token_hash }) => signInId(token_hash) === id);
  // Somebody else's looks the same as one that does not exist (case 13).
  if (id !== undefined && which.length === 0) throw new Refusal('not_found');
  await touches.verify(log.state, 'sign-in', touch, {});
  if (log.state.get('key', touch.credential)?.person !== who.person.id) throw new Refusal('key_unknown');
  const gone = which.flatMap(({ token_hash }) => signIns.end(token_hash));
  ended(services, gone, 'ended-by-owner', who.person.id);
}

/** A browser in words that its person knows again. Whoever signs in may write anything here; it is shown, no more. */
function agentOf(header = ''): string {
  if (header === '') return 'An unknown browser';
  const { browser, os } = parse(header.slice(0, 512));
  const name = browser.name ?? 'An unknown browser';
  return (os.name === undefined ? name : `${name} on ${os.name}`).slice(0, 80);
}

const SWEEP = 30_000;

/** Ends sign-ins on time, with the pages that stand open under them. Returns how to stop. */
export function startExpiry(services: Services): () => void {
  const timer = setInterval(() => {
    try {
      ended(services, services.signIns.endExpired(), 'expired');
    } catch (error) {
      // They count for nothing all the same; on a full disk their rows stay.
      services.logger.warn({ err: error }, 'expired sign-ins could not be removed');
    }
  }, SWEEP).unref();
  return () => clearInterval(timer);
}
