import { readFile } from 'node:fs/promises';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { type Cut, cut as cutSchema } from '#shared/domain/exports/entries.ts';
import { Zip } from '#shared/evidence/zip.ts';
import type { Rows } from '#shared/domain/entries.ts';
import { Refusal } from '#shared/errors.ts';
import type { Services } from '../context.ts';
import { enterAs, enforceLimit, signedInAt } from '../http/index.ts';
import { heldBy } from './held.ts';
import { verifierFile } from './verifier.ts';
import { writeEvidence } from './write.ts';

/** Bundles that one person may take in a minute: each reads much of the log. */
const most = 20;

/** How long one entry stands for all that its person takes of its session, in ms: the page asks for it at each Verify. */
const stands = 3_600_000;

/** The parts of a cut, as an address holds them. */
const query = z.union([
  z.strictObject({ kind: z.enum(['all', 'session', 'person', 'console']) }).loose(),
  z.strictObject({ kind: z.literal('period'), from: z.coerce.number(), to: z.coerce.number() }),
]);

/**
 * Evidence as a file: for auditors and administrators, and for everybody of their own sessions. Who took evidence of
 * others out is an entry of the log.
 */
export function evidenceRoutes(app: OpenAPIHono, services: Services): void {
  const { log } = services;
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: '/api/evidence',
    summary:
      'An evidence bundle: a session, a person, a console, a period or everything (docs/log-format.md).',
    tags: ['person'],
    responses: {
      200: {
        description: 'A ZIP file.',
        content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } },
      },
    },
  });
  app.get('/api/evidence', async (c) => {
    const { person } = signedInAt(services, c);
    const cut = readCut(c.req.query());
    const own = mustBeAllowed(services, person, cut);
    enforceLimit(services.limits, `evidence ${person.id}`, most);
    enterAs(services.load, c, person.id);
    if (log.size === 0) throw new Refusal('not_found');
    const { size } = log;
    if (!own && !isLogged(services, person.id, cut))
      await log.run((draft) => draft.append('evidence.exported', { by: person.id, cut, size }));
    const held = heldBy(services);
    const now = services.now();
    const verifier = await readFile(verifierFile);
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(undefined, {
      highWaterMark: 4,
    });
    const zip = new Zip(writable);
    writeEvidence(held, { cut, by: person.id, now, verifier }, zip)
      .then(() => zip.close())
      .catch((error: unknown) => {
        // What was sent already is no whole ZIP, so nobody takes it for evidence.
        services.logger.warn({ err: error }, 'evidence was not sent whole');
        writable.abort(error).catch(() => undefined);
      });
    c.header('Cache-Control', 'no-store');
    c.header('Content-Type', 'application/zip');
    c.header('Content-Disposition', `attachment; filename="${fileName(cut, now)}"`);
    return c.body(readable);
  });
}

function readCut(given: Record<string, string>): Cut {
  const parsed = cutSchema.safeParse(query.safeParse(given).data);
  if (parsed.success) return parsed.data;
  throw new Refusal('invalid_input', {
    field: 'query',
    sentence: 'Evidence of this kind cannot be exported. Choose what to export on the Log page.',
  });
}

/** Whether it is of the person's own session. Throws Refusal where they may not have it. */
function mustBeAllowed({ log }: Services, person: Rows['person'], cut: Cut): boolean {
  const session = cut.kind === 'session' ? log.state.get('session', cut.session) : undefined;
  if (session?.person === person.id) return true;
  const reads = person.roles.some((role) => role === 'auditor' || role === 'administrator');
  // Somebody else's session looks the same as one that does not exist (case 13).
  if (cut.kind === 'session' && (!session || !reads)) throw new Refusal('not_found');
  if (!reads) throw new Refusal('forbidden');
  if (cut.kind === 'person' && !log.state.get('person', cut.person)) throw new Refusal('not_found');
  return false;
}

/** Whether the log says already that this person took this session out, a while ago at most. */
function isLogged({ log, now }: Services, by: string, cut: Cut): boolean {
  if (cut.kind !== 'session') return false;
  for (const index of log.find('type:evidence.exported', log.size, 1000)) {
    const { type, time, body } = log.entry(index);
    if (type !== 'evidence.exported' || time <= now() - stands) return false;
    if (body.by === by && body.cut.kind === 'session' && body.cut.session === cut.session) return true;
  }
  return false;
}

const fileName = (cut: Cut, now: number): string =>
  `countersign-evidence-${cut.kind}-${new Date(now).toISOString().slice(0, 19).replaceAll(':', '')}.zip`;
