import { rmSync } from 'node:fs';
import { OpenAPIHono } from '@hono/zod-openapi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Refusal } from '#shared/errors.ts';
import { decodeBundle } from '#shared/log/merkle/bundle.ts';
import { proveInclusion, rootFromTiles, tilesFor } from '#shared/log/merkle/prove.ts';
import { inclusionRanges } from '#shared/log/merkle/ranges.ts';
import { leafHash } from '#shared/log/merkle/hash.ts';
import { tilePath } from '#shared/log/merkle/tiles.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { verifyInclusion } from '#shared/log/merkle/verify.ts';
import { openCheckpoint } from '#shared/log/note/checkpoint.ts';
import { parseVkey } from '#shared/log/note/keys.ts';
import type { Role } from '#shared/domain/primitives.ts';
import { type OpenDatabase, openDatabase } from '../db/open.ts';
import { statusOf } from '../http/status.ts';
import { verifyEd25519 } from '../log/key.ts';
import { Log } from '../log/log.ts';
import { serveTiles } from './tiles.ts';
import { makeFolder } from '../log/testing.ts';

const folder = makeFolder();
const app = new OpenAPIHono();
let database: OpenDatabase;
let log: Log;

/** Asks as somebody with this role; without one, as nobody. */
async function get(
  path: string,
  role?: Role,
): Promise<{ status: number; body: Uint8Array; headers: Headers }> {
  const answer = await app.request(path, role === undefined ? {} : { headers: { role } });
  return { status: answer.status, body: new Uint8Array(await answer.arrayBuffer()), headers: answer.headers };
}

beforeAll(async () => {
  database = await openDatabase(folder);
  log = await Log.open({ folder, origin: 'log.example/1', database, report: () => undefined });
  serveTiles(app, log, (c) => {
    const role = c.req.header('role');
    if (role === undefined) throw new Refusal('signed_out');
    return role === 'auditor' ? ['auditor'] : [];
  });
  app.onError((error, c) => c.text(error.message, error instanceof Refusal ? statusOf[error.code] : 500));
  await Promise.all(
    Array.from({ length: 300 }, (_, i) =>
      log.run((draft) => draft.append('attempt.refused', { what: `attempt ${i}`, why: 'forbidden' })),
    ),
  );
});
afterAll(async () => {
  await log.close();
  await database.close();
  rmSync(folder, { recursive: true });
});

describe('the log over HTTP', () => {
  test('checkpoint, tiles and bundles are enough to verify an entry', async () => {
    const note = await get('/log/checkpoint', 'auditor');
    expect(note.headers.get('content-type')?.toLowerCase()).toBe('text/plain; charset=utf-8');
    expect(note.headers.get('cache-control')).toBe('no-store');
    const { size, root } = await openCheckpoint(note.body, parseVkey(log.verifierKey), verifyEd25519);
    expect(size).toBe(300);

    const tiles = new Map<string, Uint8Array>();
    for (const tile of tilesFor([{ lo: 0, hi: size }, ...inclusionRanges(270, size)], size))
      tiles.set(tilePath(tile), (await get(`/log/${tilePath(tile)}`, 'auditor')).body);
    const read = (tile: Parameters<typeof tilePath>[0]): Uint8Array => tiles.get(tilePath(tile))!;
    expect(rootFromTiles(sha256, read, size)).toEqual(root);
    const bundle = await get('/log/tile/entries/001.p/44', 'auditor');
    const leaf = leafHash(sha256, decodeBundle(bundle.body, 44)[270 - 256]!);
    verifyInclusion(sha256, { leaf, index: 270, size, root, proof: proveInclusion(sha256, read, 270, size) });
    expect(log.entry(270)).toMatchObject({ type: 'attempt.refused' });
  });

  test('tiles may be kept by the one who got them, and not be shown to another', async () => {
    const { headers } = await get('/log/tile/0/000', 'engineer');
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect(headers.get('vary')).toContain('Cookie');
  });

  test('nobody reads without signing in; entries are for auditors', async () => {
    for (const path of ['/log/checkpoint', '/log/tile/0/000', '/log/tile/entries/000'])
      expect((await get(path)).status).toBe(401);
    expect((await get('/log/tile/0/000', 'engineer')).status).toBe(200);
    expect((await get('/log/tile/entries/000', 'engineer')).status).toBe(403);
  });

  test('tiles that the signed tree does not have are not found', async () => {
    for (const path of [
      '0/001.p/45',
      '0/001',
      '0/002.p/1',
      '1/000.p/2',
      '2/000.p/1',
      'entries/001.p/45',
      '0/0',
      '0/000.p/256',
      '%2e%2e/x',
      '',
    ])
      expect((await get(`/log/tile/${path}`, 'auditor')).status, path).toBe(404);
    for (const path of ['0/001.p/44', '0/000.p/3', '1/000.p/1', 'entries/000.p/7'])
      expect((await get(`/log/tile/${path}`, 'auditor')).status, path).toBe(200);
  });
});
