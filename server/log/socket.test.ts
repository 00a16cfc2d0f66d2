import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeBundle } from '#shared/log/merkle/bundle.ts';
import { leafHash } from '#shared/log/merkle/hash.ts';
import { rootFromTiles } from '#shared/log/merkle/prove.ts';
import { tilePath, tilesOf } from '#shared/log/merkle/tiles.ts';
import { type Checkpoint, openCheckpoint } from '#shared/log/note/checkpoint.ts';
import { parseVkey } from '#shared/log/note/keys.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { protocolHeader } from '#shared/wire/protocol.ts';
import type { Person } from '../testing/person.ts';
import type { SoftBrowser } from '../testing/soft-browser.ts';
import { type TestServer, startServer } from '../testing/start.ts';
import { sha256 } from '../sha256.ts';
import { verifyEd25519 } from './key.ts';

let server: TestServer;
let ana: Person;
let cleo: Person;
let browser: SoftBrowser;
let head: Checkpoint;
/** Entries in the second bundle, which is not full. */
let rest: number;

beforeAll(async () => {
  server = await startServer();
  ana = await server.person('ana', ['engineer']);
  cleo = await server.person('cleo', ['auditor']);
  browser = await ana.pair();
  const { log } = server.services;
  await log.run((draft) => {
    for (let n = draft.size; n < 300; n += 1)
      draft.append('attempt.refused', { what: `attempt ${n}`, why: 'forbidden' });
  });
  const note = await (await asPerson(cleo, 'checkpoint')).text();
  head = await openCheckpoint(note, parseVkey(log.verifierKey), verifyEd25519);
  rest = head.size - 256;
});
afterAll(() => server.remove());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${server.origin}/log/${path}`, { headers });
const asPerson = ({ cookie }: Person, path: string) => get(path, { cookie });
async function asBrowser(by: SoftBrowser, path: string): Promise<Response> {
  await by.nonce();
  const proof = by.proof({ method: 'GET', path: `/log/${path}`, body: '' });
  return get(path, {
    'countersign-browser': by.id,
    'countersign-proof': proof,
    [protocolHeader]: by.protocol,
  });
}
const bytesOf = async (answer: Promise<Response>) => new Uint8Array(await (await answer).arrayBuffer());
const kindOf = ({ status, headers }: Response) => [
  status,
  headers.get('content-type')?.toLowerCase(),
  headers.get('cache-control'),
];

const forever = 'private, max-age=31536000, immutable';
const octets = 'application/octet-stream';

describe('tiles over a socket, by the server that people run', () => {
  test('the checkpoint is text, and nobody keeps it', async () => {
    for (const answer of [await asPerson(ana, 'checkpoint'), await asBrowser(browser, 'checkpoint')])
      expect(kindOf(answer)).toEqual([200, 'text/plain; charset=utf-8', 'no-store']);
  });

  test('tiles and bundles, full and partial, are bytes that whoever got them keeps', async () => {
    for (const [path, length] of [
      ['tile/0/000', 256 * 32],
      [`tile/0/001.p/${rest}`, rest * 32],
      ['tile/1/000.p/1', 32],
    ] as const)
      for (const answer of [await asPerson(ana, path), await asBrowser(browser, path)]) {
        expect(kindOf(answer)).toEqual([200, octets, forever]);
        expect(answer.headers.get('vary')).toBe('Cookie, Countersign-Browser, Countersign-Proof');
        expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
        expect((await answer.arrayBuffer()).byteLength).toBe(length);
      }
    for (const path of ['tile/entries/000', `tile/entries/001.p/${rest}`])
      expect(kindOf(await asPerson(cleo, path))).toEqual([200, octets, forever]);
  });

  test('they lead from every entry to the root that was signed', async () => {
    const tiles = new Map<string, Uint8Array>();
    for (const tile of tilesOf(head.size))
      tiles.set(tilePath(tile), await bytesOf(asPerson(cleo, tilePath(tile))));
    const read = (tile: Parameters<typeof tilePath>[0]): Uint8Array =>
      tiles.get(tilePath(tile)) ?? new Uint8Array();
    expect(rootFromTiles(sha256, read, head.size)).toEqual(head.root);
    for (const [path, width] of [
      ['000', 256],
      [`001.p/${rest}`, rest],
    ] as const) {
      const entries = decodeBundle(await bytesOf(asPerson(cleo, `tile/entries/${path}`)), width);
      const leaves = Buffer.concat(entries.map((entry) => leafHash(sha256, entry)));
      expect(leaves.equals(tiles.get(`tile/0/${path}`) ?? new Uint8Array())).toBe(true);
    }
  });

  test('401 for nobody, a made-up sign-in, and a browser that is not paired any more or proves another call', async () => {
    const gone = await ana.pair();
    await call(ana.send, wire.unpair, { params: { browser: gone.id }, body: {} });
    await browser.nonce();
    const proof = browser.proof({ method: 'GET', path: '/log/checkpoint', body: '' });
    const answers = [
      ...(await Promise.all(['checkpoint', 'tile/0/000', 'tile/entries/000'].map((path) => get(path)))),
      await get('tile/0/000', { cookie: ana.cookie.replace(/=.*/, `=${'A'.repeat(43)}`) }),
      await asBrowser(gone, 'tile/0/000'),
      await get('tile/0/000', {
        'countersign-browser': browser.id,
        'countersign-proof': proof,
        [protocolHeader]: browser.protocol,
      }),
    ];
    for (const { status, headers } of answers)
      expect([status, headers.get('cache-control')]).toEqual([401, 'no-store']);
  });

  test('403 for entries, to engineers and to every browser', async () => {
    const auditors = await cleo.pair();
    for (const answer of [
      await asPerson(ana, 'tile/entries/000'),
      await asBrowser(browser, 'tile/entries/000'),
      await asBrowser(auditors, `tile/entries/001.p/${rest}`),
    ])
      expect(kindOf(answer)).toEqual([403, 'application/json', 'no-store']);
  });

  test('404 beyond the tree, which nobody keeps: it may come to be there', async () => {
    const { size } = server.services.log.head;
    for (const path of [
      `tile/0/001.p/${size - 255}`,
      'tile/0/001',
      'tile/0/002.p/1',
      'tile/1/000.p/2',
      'tile/2/000.p/1',
      `tile/entries/001.p/${size - 255}`,
    ])
      expect(kindOf(await asPerson(cleo, path)), path).toEqual([404, 'application/json', 'no-store']);
  });
});
