import type { z } from 'zod';
import type { EntryType } from '#shared/domain/entries.ts';
import type { Role } from '#shared/domain/primitives.ts';

/**
 * Who may call a route: anybody; a signed-in person (cookie) holding one of `roles` (any role when it is left out);
 * or a paired browser (a proof by its key). Handlers authorize by these and by what they touch.
 */
export type Auth = 'anybody' | 'person' | 'browser';

export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
  Who extends Auth = Auth,
> {
  readonly method: 'GET' | 'POST';
  /** With `:name` for parameters. */
  readonly path: string;
  readonly summary: string;
  readonly auth: Who;
  readonly roles?: readonly Role[];
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly answer: Answer;
  /** The entries it may append when it succeeds. A route that changes folded state names at least one. */
  readonly appends?: readonly EntryType[];
}

/** Keeps the exact types of a route's schemas and caller, for handlers and clients alike. */
export const route = <
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  A extends z.ZodType,
  W extends Auth,
>(
  definition: Route<P, Q, B, A, W>,
): Route<P, Q, B, A, W> => definition;

export type BodyOf<R> = R extends Route<infer _P, infer _Q, infer B> ? z.infer<B> : never;
export type AnswerOf<R> = R extends Route<infer _P, infer _Q, infer _B, infer A> ? z.infer<A> : never;
