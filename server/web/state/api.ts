import type { z } from 'zod';
import { Refusal } from '#shared/errors.ts';
import { call, type Input, type Send } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import type { Route } from '#shared/wire/route.ts';
import { hearNow } from './clock.ts';
import { me, signedOut } from './me.ts';

const send: Send = async ({ method, path, body }) => {
  const answer = await fetch(path, {
    method,
    ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
    cache: 'no-store',
    credentials: 'same-origin',
  });
  return { status: answer.status, text: await answer.text() };
};

/** Calls the server. Throws Refusal; its message is a sentence to show. A sign-in that ended brings the sign-in page. */
export async function api<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  route: Route<P, Q, B, A>,
  input: Input<Route<P, Q, B, A>>,
): Promise<z.infer<A>> {
  try {
    const answer = await call(send, route, input);
    if (typeof answer === 'object' && answer !== null && 'now' in answer && typeof answer.now === 'number')
      hearNow(answer.now);
    return answer;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'signed_out') signedOut();
    throw error;
  }
}

export { sentenceOf } from './sentence.ts';

/** Reads who is signed in. Nobody being signed in is an answer, not a failure. */
export async function refreshMe(): Promise<void> {
  try {
    me.value = await api(wire.me, {});
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'signed_out') throw error;
  }
}
