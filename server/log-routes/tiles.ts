import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { Refusal } from '#shared/errors.ts';
import { ProofError } from '#shared/log/merkle/hash.ts';
import { type Tile, parseTilePath } from '#shared/log/merkle/tiles.ts';
import type { Role } from '#shared/domain/primitives.ts';
import type { Services } from '../context.ts';
import { callerOf, enterAs } from '../http/index.ts';
import type { Log } from '../log/index.ts';

/** The roles of who reads the log. Throws the refusal of a caller who is nobody here. */
type RolesOf = (context: Context) => readonly Role[];

const readsEntries: readonly Role[] = ['auditor', 'administrator'];

/**
 * The log as C2SP tlog-tiles serves it, under `/log/`: checkpoint, hash tiles and entry bundles. Checkpoint and hash
 * tiles are for every paired browser and everybody signed in, entries for auditors and administrators.
 */
export function logRoutes(app: OpenAPIHono, services: Services): void {
  serveTiles(app, services.log, (c) => {
    const caller = callerOf(
      services,
      c.req.header('countersign-browser') === undefined ? 'person' : 'browser',
      c,
      '',
    );
    if (caller.kind === 'anybody') return [];
    const isPerson = caller.kind === 'person';
    enterAs(services.load, c, isPerson ? caller.person.id : caller.browser.id);
    return isPerson ? caller.person.roles : [];
  });
}

export function serveTiles(app: OpenAPIHono, log: Log, rolesOf: RolesOf): void {
  const bytes = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } as const;
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: '/log/checkpoint',
    summary: 'The newest signed checkpoint of the log (C2SP tlog-checkpoint).',
    tags: ['log'],
    responses: {
      200: { description: 'A signed note.', content: { 'text/plain': { schema: { type: 'string' } } } },
    },
  });
  app.get('/log/checkpoint', (c) => {
    rolesOf(c);
    const note = log.checkpoint;
    if (note === undefined) throw new Refusal('log_unwritable');
    c.header('Cache-Control', 'no-store');
    return c.text(note);
  });

  app.openAPIRegistry.registerPath({
    method: 'get',
    path: '/log/tile/{path}',
    summary: 'A hash tile, or under entries/ an entry bundle, full or partial (C2SP tlog-tiles).',
    tags: ['log'],
    responses: { 200: { description: 'The bytes of the tile.', content: bytes } },
  });
  app.get('/log/tile/*', (c) => {
    const roles = rolesOf(c);
    const tile = tileIn(c.req.path);
    if (tile.level === 'entries' && !roles.some((role) => readsEntries.includes(role)))
      throw new Refusal('forbidden');
    const found = log.reader.tile(tile);
    if (!found) throw new Refusal('not_found');
    // A tile of one width never changes. It was shown to this caller only, so nobody else's cookie may fetch it.
    c.header('Cache-Control', 'private, max-age=31536000, immutable');
    c.header('Vary', 'Cookie, Countersign-Browser, Countersign-Proof');
    return c.body(new Uint8Array(found), 200, { 'Content-Type': 'application/octet-stream' });
  });
}

function tileIn(path: string): Tile {
  try {
    return parseTilePath(path.slice('/log/'.length));
  } catch (cause) {
    if (cause instanceof ProofError) throw new Refusal('not_found', { cause });
    throw cause;
  }
}
