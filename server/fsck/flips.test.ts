import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '#shared/bytes.ts';
import { leafHash } from '#shared/log/merkle/hash.ts';
import { type Tile, tileRoot } from '#shared/log/merkle/tiles.ts';
import { sha256 } from '../sha256.ts';
import { type TestServer, startServer } from '../testing/start.ts';
import { openToRead } from './rows.ts';
import { CHECKS_PER_ROUND } from './store.ts';

/** Enough for a full tile of level 1, with tiles of level 0 that nothing reads any more. */
const ENTRIES = 65_600;
/** An entry in the first of the full tiles, long since written. */
const OLD = 20;
const PAGE = 8192;

let server: TestServer;
let file: string;
let entries: Uint8Array[];
beforeAll(async () => {
  server = await startServer();
  const ana = await server.person('ana', ['engineer']);
  await ana.ask(await ana.pair(), { console: 'vault', seconds: 900 });
  const { log } = server.services;
  while (log.size < ENTRIES)
    await log.run((draft) => {
      for (let n = 0; n < 1000 && draft.size < ENTRIES; n += 1)
        draft.append('attempt.refused', { what: `attempt number ${draft.size}`, why: 'forbidden' });
    });
  entries = log.reader.entries(0, 256);
  file = join(server.folder, 'countersign.db');
  // From here on everything is in the file, and nothing in the WAL.
  await server.stop();
  await server.start();
}, 120_000);
afterAll(() => server.remove());

const leaves = (): Uint8Array => Buffer.concat(entries.map((entry) => leafHash(sha256, entry)));
/** Where these bytes stand in the file. */
function placeOf(bytes: Uint8Array): number {
  const at = readFileSync(file).indexOf(bytes);
  expect(at).toBeGreaterThan(0);
  return at;
}
function commitment(): Uint8Array {
  const db = openToRead(file);
  const row = db.prepare('SELECT commitment FROM details').get();
  db.close();
  return row?.['commitment'] as Uint8Array;
}

function flip(at: number): void {
  const handle = openSync(file, 'r+');
  const byte = new Uint8Array(1);
  readSync(handle, byte, 0, 1, at);
  const flipped = byte.map((value) => value ^ 1);
  writeSync(handle, flipped, 0, 1, at);
  closeSync(handle);
}

const reason = (): string => {
  const { health } = server.services.log;
  return health.ok ? '' : health.reason;
};
/** What a start says that nothing may be signed for: its refusal, or what its check finds, however long that takes. */
async function started(): Promise<string> {
  try {
    await server.start();
    await server.check();
    return reason();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const full: Tile = { level: 0, n: 0, width: 256 };
const bits: [string, () => number, running: RegExp, starting?: RegExp][] = [
  [
    'an old entry',
    () => placeOf(utf8(`"attempt number ${OLD}"`)) + 3,
    new RegExp(`^Entry ${OLD} is not the one that was committed\\.`),
  ],
  [
    'an old tile of leaves',
    () => placeOf(leafHash(sha256, entries[OLD] ?? new Uint8Array())) + 7,
    /^tile\/0\/000 is wrong; the entries under it lead to the committed roots\./,
  ],
  [
    'a tile further up',
    () => placeOf(tileRoot(sha256, full, leaves())),
    /^tile\/1\/000 is not what the tiles under it hash to\./,
    /^The database contradicts itself: .*`countersign log fsck` names/,
  ],
  ['the key of an index', () => placeOf(commitment()) + 5, /^SQLite finds the database damaged: .*details/],
  [
    'the head of a page of the log',
    () => Math.floor(placeOf(utf8(`"attempt number ${OLD}"`)) / PAGE) * PAGE,
    /^SQLite finds the database damaged: .*page \d+/,
    /^The database in .* is damaged: .*`countersign log fsck`/,
  ],
];

describe('case 58: a bit that flipped on the disk', () => {
  test.each(bits)(
    'in %s: the checks beside a server find it within a round and stop it, and so does the next start',
    async (_, place, running, starting = running) => {
      const at = place();
      await server.check();
      expect(reason()).toBe('');
      flip(at);
      for (let n = 0; n < CHECKS_PER_ROUND; n += 1) await server.check();
      expect(reason()).toMatch(running);
      await expect(server.wake()).rejects.toMatchObject({ code: 'log_unwritable' });

      await server.stop();
      expect(await started()).toMatch(starting);

      await server.stop();
      flip(at);
      expect(await started()).toBe('');
    },
    120_000,
  );
});
