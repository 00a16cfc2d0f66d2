import { Refusal } from '#shared/errors.ts';
import { nonce as nonceRoute } from '#shared/domain/browsers/wire.ts';
import { call as callRoute, type Input, type Send } from '#shared/wire/client.ts';
import { isOutdated, protocol, protocolHeader } from '#shared/wire/protocol.ts';
import type { Route } from '#shared/wire/route.ts';
import type { z } from 'zod';
import { db, type Identity } from './db.ts';
import { makeProof } from './proof.ts';

/** Longer than a slow answer, shorter than a person's patience; in ms. */
const TIMEOUT_MS = 10_000;

/** The nonce that the server named last; one server at a time. */
let lastNonce: { server: string; nonce: string } | undefined;

async function fetchFrom(
  server: string,
  { method, path, body }: Parameters<Send>[0],
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const answer = await fetch(server + path, {
    method,
    ...(body === undefined ? {} : { body }),
    headers: {
      ...headers,
      [protocolHeader]: String(protocol),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    // The companion's sign-in is none of the extension's business: only the browser key speaks here.
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const fresh = answer.headers.get('Countersign-Nonce');
  if (fresh) lastNonce = { server, nonce: fresh };
  // Something else that answers in the server's place, such as a proxy, is not the server.
  const said = answer.headers.get(protocolHeader);
  const isServer = answer.ok && (answer.headers.get('Content-Type') ?? '').startsWith('application/json');
  if ((isServer || said !== null) && isOutdated(said)) throw new Refusal('server_outdated');
  return { status: answer.status, text: await answer.text() };
}

/** Calls a route that needs no proof. Throws Refusal. */
export function callOpen<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  server: string,
  route: Route<P, Q, B, A>,
  input: Input<Route<P, Q, B, A>>,
): Promise<z.infer<A>> {
  return callRoute((request) => fetchFrom(server, request), route, input);
}

/** The nonce to make a proof with: the one named last, or a new one. Throws Refusal when the server is away. */
async function currentNonce(server: string): Promise<string> {
  return lastNonce?.server === server ? lastNonce.nonce : freshNonce(server);
}

/** A new nonce, for what cannot be told that its proof is stale. Throws Refusal when the server is away. */
export async function freshNonce(server: string): Promise<string> {
  const { nonce } = await callOpen(server, nonceRoute, {});
  lastNonce = { server, nonce };
  return nonce;
}

/**
 * Calls a route with a proof by this browser's key; makes the proof once more with the fresh nonce when the server
 * calls it stale. Throws Refusal: `browser_unknown` before pairing, `unreachable` when nobody answers in time.
 */
export async function call<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  A extends z.ZodType,
>(route: Route<P, Q, B, A>, input: Input<Route<P, Q, B, A>>): Promise<z.infer<A>> {
  const identity = await (await db()).get('identity', 'this');
  if (!identity) throw new Refusal('browser_unknown');
  return callAs(identity, route, input);
}

/** The same for an identity that is not yet this browser's: while the person has still to confirm a pairing. */
export async function callAs<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  A extends z.ZodType,
>(
  identity: Pick<Identity, 'keys' | 'browser' | 'server'>,
  route: Route<P, Q, B, A>,
  input: Input<Route<P, Q, B, A>>,
): Promise<z.infer<A>> {
  const { server, browser } = identity;
  const send: Send = async (request) =>
    fetchFrom(server, request, {
      'Countersign-Browser': browser,
      'Countersign-Proof': await makeProof(identity, request, await currentNonce(server)),
    });
  try {
    return await callRoute(send, route, input);
  } catch (cause) {
    if (!(cause instanceof Refusal) || cause.code !== 'proof_stale') throw cause;
    return callRoute(send, route, input);
  }
}
