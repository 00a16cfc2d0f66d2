import type { HttpBindings } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { z } from 'zod';
import { Refusal } from '#shared/errors.ts';
import { protocol, protocolHeader } from '#shared/wire/protocol.ts';
import type { Auth, Route } from '#shared/wire/route.ts';
import { refusalView } from '#shared/wire/common.ts';
import type { Services } from '../context.ts';
import { isRefusedByDisk } from '../db/index.ts';
import { callerOf, refuseNobody } from './callers.ts';
import type { CallerOf } from './who.ts';
import { parseStrictly } from './json.ts';
import { addressOf, MINUTE_MS, enforceLimit, tooMany } from './limits.ts';
import { enterAs, RETRY_AFTER_MS, type Load } from './load.ts';
import { logRefusals, type Attempt } from './refusals.ts';
import { lineAbout } from './security-lines.ts';
import { statusOf } from './status.ts';

/** The largest body that a route takes, in bytes: of who is known, and of anybody. */
const MAX_BODY_BYTES = 512 * 1024;
const MAX_ANONYMOUS_BODY_BYTES = 64 * 1024;
/**
 * Calls in a minute, well above what people and browsers need: by anybody, of one route from one address (sign-in,
 * enrolment, claims, activation); by one person with all their pages; by one paired browser, of all routes together,
 * and how many bytes it sends in them.
 */
const MAX_ANONYMOUS_CALLS = 60;
const MAX_CALLS_BY_PERSON = 3000;
const MAX_CALLS_BY_BROWSER = 600;
const MAX_BYTES_BY_BROWSER = 16 * 1024 * 1024;

export interface Call<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, W extends Auth> {
  who: CallerOf<W>;
  params: z.infer<P>;
  query: z.infer<Q>;
  body: z.infer<B>;
  context: Context;
}

/**
 * Serves one route of `shared/wire`: reads a bounded body, finds out who calls, checks every input against the route's
 * schemas and the caller against its roles, and only then runs the handler. Refusals become `{error: {code, message}}`.
 */
export function serve<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  A extends z.ZodType,
  W extends Auth,
>(
  app: OpenAPIHono,
  services: Services,
  route: Route<P, Q, B, A, W>,
  handle: (call: Call<P, Q, B, W>) => Promise<z.input<A>> | z.input<A>,
): void {
  app.openAPIRegistry.registerPath({
    method: route.method === 'GET' ? 'get' : 'post',
    path: route.path.replace(/:(\w+)/g, '{$1}'),
    summary: route.summary,
    tags: [route.auth],
    request: {
      ...(route.params ? { params: route.params as unknown as z.ZodObject } : {}),
      ...(route.query ? { query: route.query as unknown as z.ZodObject } : {}),
      ...(route.body ? { body: { content: { 'application/json': { schema: route.body } } } } : {}),
    },
    responses: {
      200: { description: 'Done.', content: { 'application/json': { schema: route.answer } } },
      '4XX': {
        description: 'Refused, with a sentence.',
        content: { 'application/json': { schema: refusalView } },
      },
    },
  });
  app.on(route.method, route.path, async (c) => {
    c.header(protocolHeader, String(protocol));
    if (route.auth === 'anybody' && route.method === 'POST')
      enforceLimit(services.limits, `${route.path} ${addressOf(c)}`, MAX_ANONYMOUS_CALLS);
    refuseNobody(services, route.auth, c);
    const text =
      route.method === 'POST'
        ? await boundedBody(
            c,
            services.load,
            route.auth === 'anybody' ? MAX_ANONYMOUS_BODY_BYTES : MAX_BODY_BYTES,
          )
        : '';
    const who = callerOf(services, route.auth, c, text) as CallerOf<W>;
    if (who.kind === 'person' && route.roles && !route.roles.some((role) => who.person.roles.includes(role)))
      throw new Refusal('forbidden');
    if (who.kind === 'person') {
      enforceLimit(services.limits, `calls of ${who.person.id}`, MAX_CALLS_BY_PERSON);
      enterAs(services.load, c, who.person.id);
    }
    if (who.kind === 'browser') {
      enterAs(services.load, c, who.browser.id);
      c.header('Countersign-Nonce', services.proofs.nonce());
      enforceLimit(services.limits, who.browser.id, MAX_CALLS_BY_BROWSER);
      const bytes = Buffer.byteLength(text);
      enforceLimit(services.limits, `bytes of ${who.browser.id}`, MAX_BYTES_BY_BROWSER, bytes);
    }
    const attempt: Attempt = { route, who, params: c.req.param() };
    const answer = await logRefusals(services, attempt, () => {
      const body = (route.body ? read(route.body, json(text), 'body') : undefined) as z.infer<B>;
      attempt.body = body;
      return handle({
        who,
        params: read(route.params, c.req.param(), 'params') as z.infer<P>,
        query: read(route.query, c.req.query(), 'query') as z.infer<Q>,
        body,
        context: c,
      });
    });
    c.header('Cache-Control', 'no-store');
    return c.json(answer as object);
  });
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Reads at most `most` bytes of UTF-8; a longer or malformed body is refused without being kept. */
export async function boundedBody(c: Context, load: Load, most = MAX_ANONYMOUS_BODY_BYTES): Promise<string> {
  // What a compressed body becomes is known only when it is unpacked, so none is.
  if (c.req.header('content-encoding') !== undefined)
    throw new Refusal('invalid_input', {
      sentence: 'The body is compressed. Send it as it is, without Content-Encoding.',
    });
  if (Number(c.req.header('content-length') ?? 0) > most) throw new Refusal('too_large');
  try {
    return decoder.decode(await bytesOf((c.env as HttpBindings).incoming, load, most));
  } catch (cause) {
    throw cause instanceof Refusal ? cause : new Refusal('invalid_input', { cause });
  }
}

/** From Node's own stream: a web stream around it costs as much as all that a call then does with its body. */
async function bytesOf(incoming: HttpBindings['incoming'], load: Load, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  let held = 0;
  try {
    return await new Promise((resolve, reject) => {
      const refuse = (refusal: Refusal): void => {
        chunks.length = 0;
        size = Infinity; // what still comes is let go
        reject(refusal);
      };
      incoming
        .on('data', (chunk: Buffer) => {
          if (size === Infinity) return;
          size += chunk.length;
          if (size > most) refuse(new Refusal('too_large'));
          else if (!load.hold(chunk.length))
            refuse(tooMany(RETRY_AFTER_MS, 'The server is receiving too much data at once.'));
          else {
            held += chunk.length;
            chunks.push(chunk);
          }
        })
        .once('end', () => resolve(Buffer.concat(chunks)))
        .once('error', reject)
        .once('close', () => reject(new Refusal('invalid_input')));
    });
  } finally {
    load.hold(-held);
  }
}

function json(text: string): unknown {
  try {
    return parseStrictly(text === '' ? '{}' : text);
  } catch (cause) {
    throw new Refusal('invalid_input', { cause, sentence: (cause as Error).message });
  }
}

function read(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = [where, ...(issue?.path ?? [])].join('.');
  throw new Refusal('invalid_input', {
    field,
    sentence: `${field}: ${issue?.message ?? 'not as expected'}. Correct it and try again.`,
  });
}

/** Sign-ins, counters and cosignatures lie beside the log: where one cannot be written, the log says why. */
function refusalOf({ log }: Services, error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return isRefusedByDisk(error) ? log.distrust(error) : new Refusal('internal', { cause: error });
}

/** Every error that a handler throws ends here. What is not a refusal is logged and says nothing of its inside. */
export function onError(services: Services, error: unknown, c: Context): Response {
  const refusal = refusalOf(services, error);
  if (refusal.code === 'internal')
    services.logger.error({ err: error, path: c.req.path }, 'a handler failed');
  else lineAbout(services, c, refusal);
  if (refusal.code === 'proof_stale' || refusal.code === 'browser_unknown')
    c.header('Countersign-Nonce', services.proofs.nonce());
  const { retryAfter = refusal.code === 'too_many' ? MINUTE_MS / 1000 : undefined } = refusal;
  if (retryAfter !== undefined) c.header('Retry-After', String(retryAfter));
  c.header('Cache-Control', 'no-store');
  const { code, message, field } = refusal;
  return c.json({ error: { code, message, ...(field === undefined ? {} : { field }) } }, statusOf[code]);
}
