import type { z } from 'zod';
import { Refusal, sentences, type Code } from '#shared/errors.ts';
import type { Route } from './route.ts';
import { refusalView } from './common.ts';

/** How bytes travel: the page's fetch with its cookie, or the extension's with a proof. Rejects when nobody answers, or with a Refusal of its own. */
export type Send = (request: {
  method: 'GET' | 'POST';
  path: string;
  body: string | undefined;
}) => Promise<{ status: number; text: string }>;

type Part<K extends string, T extends z.ZodType> = z.ZodType extends T ? unknown : { [key in K]: z.input<T> };
export type Input<R> =
  R extends Route<infer P, infer Q, infer B> ? Part<'params', P> & Part<'query', Q> & Part<'body', B> : never;

/**
 * Calls a route and checks the answer against its schema. Throws Refusal with the server's code and sentence,
 * `unreachable` when nobody answered.
 */
export async function call<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  A extends z.ZodType,
>(send: Send, route: Route<P, Q, B, A>, input: Input<Route<P, Q, B, A>>): Promise<z.infer<A>> {
  const { params, query, body } = input as {
    params?: Record<string, string>;
    query?: Record<string, unknown>;
    body?: unknown;
  };
  let path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params?.[name] ?? ''));
  const search = new URLSearchParams(
    Object.entries(query ?? {})
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, String(value)]),
  ).toString();
  if (search) path += `?${search}`;
  let answer: { status: number; text: string };
  try {
    answer = await send({
      method: route.method,
      path,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (cause) {
    throw cause instanceof Refusal ? cause : new Refusal('unreachable', { cause });
  }
  let json: unknown;
  try {
    json = JSON.parse(answer.text);
  } catch (cause) {
    throw new Refusal('unreachable', { cause });
  }
  if (answer.status === 200) return route.answer.parse(json);
  const refused = refusalView.safeParse(json);
  // JSON as well, but not ours: something between us and the server answers in its place.
  if (!refused.success) throw new Refusal('unreachable', { cause: refused.error });
  const { error } = refused.data;
  const code: Code = error.code in sentences ? (error.code as Code) : 'internal';
  throw new Refusal(code, {
    sentence: error.message,
    ...(error.field === undefined ? {} : { field: error.field }),
  });
}
