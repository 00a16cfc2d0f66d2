import { generateKeyPairSync, sign } from 'node:crypto';
import { test as prop, fc } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { random, toBase64url, utf8 } from '#shared/bytes.ts';
import { encodeEntry } from '#shared/log/codec.ts';
import { parseCheckpoint } from '#shared/log/note/checkpoint.ts';
import { noteKey } from '#shared/log/note/keys.ts';
import { parseNote } from '#shared/log/note/note.ts';
import { Forgery } from '../../server/testing/forgery.ts';
import { type Files, seal } from '../../server/testing/log-files.ts';
import { type Story, tellStory } from '../../server/testing/scenario.ts';

let story: Story;
let log: Forgery;
let honest: Files;
beforeAll(async () => {
  story = await tellStory();
  log = new Forgery(story.server);
  honest = await log.seal();
});
afterAll(() => story.server.remove());

const containing = (text: RegExp) => expect.stringMatching(text) as string;

describe('a log that the server wrote', () => {
  test('holds, and says in sentences what was checked', async () => {
    const { steps, verdict } = await log.verify(honest);
    expect(verdict).toEqual({ state: 'ok', sentence: 'Everything checked holds: 40 entries, 24 touches.' });
    // What nobody signed is told, and is nothing that was found to hold.
    const told = steps.filter(({ state }) => state !== 'ok');
    expect(told.map(({ key, state }) => [key, state])).toEqual([['unsigned', 'note']]);
    const said = steps.map(({ sentence }) => sentence).join('\n');
    for (const sentence of [
      /^The checkpoint over 40 entries is signed by the pinned key of localhost:\d+\/1\.$/m,
      /^The hashes of 40 entries lead to the signed root\.$/m,
      /^Entry 0 is the genesis that was pinned\.$/m,
      /^Every one of 24 touches is by a key that was enrolled then, over exactly these terms/m,
      /^Every one of 6 registrations made the very key/m,
      /^10 requests, withdrawals and ends and 3 batches of actions are signed by a browser/m,
      /same answer to 8 requests, 4 decisions and 2 self-approved starts\.$/m,
      /^1 action was done after the grant had ended .* \(entry 17\)\.$/m,
      /^Who revoked or unpaired what is the server's word, .* \(entries 22, 32\)\.$/m,
    ])
      expect(said).toMatch(sentence);
  });

  test('without a pinned genesis, people are as the server introduced them', async () => {
    const { verdict } = await log.verify(honest, { logKey: log.key.vkey });
    expect(verdict).toEqual({
      state: 'unknown',
      sentence: "Without a pinned genesis hash, who the people are is the server's word.",
    });
  });

  test('under another pin is red', async () => {
    const { verdict } = await log.verify(honest, { ...log.pins, genesis: toBase64url(random(32)) });
    expect(verdict).toMatchObject({ state: 'failed', entry: 0 });
  });

  test('a file that cannot be read is no verdict on the log', async () => {
    const files = new Map(honest);
    files.delete('tile/0/000.p/40');
    expect((await log.verify(files)).verdict).toEqual({ state: 'unknown', sentence: 'no tile/0/000.p/40' });
  });
});

describe('bytes', () => {
  test('one byte changed in each entry: red, naming it', async () => {
    const path = 'tile/entries/000.p/40';
    const bundle = honest.get(path) ?? new Uint8Array();
    let at = 0;
    for (const [index, entry] of log.entries.entries()) {
      const place = at + 2 + Math.floor(entry.length / 2);
      const files = new Map(honest).set(path, bundle.with(place, (bundle[place] ?? 0) ^ 1));
      expect((await log.verify(files)).verdict).toEqual({
        state: 'failed',
        entry: index,
        sentence: `Entry ${index} is not what the log was signed over.`,
      });
      at += 2 + entry.length;
    }
  });

  test('two entries swapped: red, naming the first', async () => {
    const swapped = log.entries
      .with(12, log.entries[13] ?? new Uint8Array())
      .with(13, log.entries[12] ?? new Uint8Array());
    const forged = await seal(swapped, log.key);
    const path = 'tile/entries/000.p/40';
    const files = new Map(honest).set(path, forged.get(path) ?? new Uint8Array());
    expect((await log.verify(files)).verdict).toMatchObject({ state: 'failed', entry: 12 });
    // Signed anew with the true key, the chain of the browser still shows it.
    expect((await log.verify(forged)).verdict).toMatchObject({
      entry: 12,
      sentence: containing(/batch 0 of this browser is missing/),
    });
  });

  test('a wrong hash in a tile beside right entries names the entry', async () => {
    const path = 'tile/0/000.p/40';
    const tile = honest.get(path) ?? new Uint8Array();
    const { verdict } = await log.verify(
      new Map(honest).set(path, tile.with(32 * 17, (tile[32 * 17] ?? 0) ^ 1)),
    );
    expect(verdict).toMatchObject({
      state: 'failed',
      entry: 17,
      sentence: containing(/tiles name/),
    });
  });

  const sizeIn = (note: Uint8Array): number | undefined => {
    try {
      return parseCheckpoint(parseNote(note).text).size;
    } catch {
      return undefined;
    }
  };

  prop.prop([fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 })], { numRuns: 150 })(
    'any byte of any file, changed in any way, is red',
    async (which, where, mask) => {
      const paths = [...honest.keys()];
      const path = paths[which % paths.length] ?? '';
      const file = honest.get(path) ?? new Uint8Array();
      const at = where % file.length;
      const bent = file.with(at, (file[at] ?? 0) ^ mask);
      const { verdict } = await log.verify(new Map(honest).set(path, bent));
      const asksForMore = path === 'checkpoint' && ![undefined, sizeIn(file)].includes(sizeIn(bent));
      expect(verdict.state).toBe(asksForMore ? 'unknown' : 'failed');
    },
  );

  test('another size in the checkpoint asks for files that are not there, and what is not read is not judged', async () => {
    const file = honest.get('checkpoint') ?? new Uint8Array();
    const bent = utf8(new TextDecoder().decode(file).replace('\n40\n', '\n39\n'));
    const { verdict } = await log.verify(new Map(honest).set('checkpoint', bent));
    expect(verdict.state).toBe('unknown');
  });

  prop.prop([fc.nat(), fc.nat({ max: 64 })], { numRuns: 50 })(
    'any file cut short is red',
    async (which, less) => {
      const paths = [...honest.keys()];
      const path = paths[which % paths.length] ?? '';
      const file = honest.get(path) ?? new Uint8Array();
      const { verdict } = await log.verify(new Map(honest).set(path, file.slice(0, -1 - less)));
      expect(verdict.state).toBe('failed');
    },
  );

  test('a checkpoint that another key signed is red, under the same name too', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
    const key = noteKey(log.key.key.name, new Uint8Array(raw));
    const forger = {
      key,
      vkey: '',
      sign: (message: Uint8Array) => new Uint8Array(sign(null, message, privateKey)),
    };
    const { verdict } = await log.verify(await seal(log.entries, forger));
    expect(verdict).toMatchObject({
      state: 'failed',
      sentence: containing(/pinned key/),
    });
  });

  test('a tree of more than one tile', async () => {
    const many = Array.from({ length: 600 }, (_, n) =>
      encodeEntry('attempt.refused', log.read(39).time + n, { what: '/api', why: 'not_found' }),
    );
    const files = await seal([...log.entries, ...many], log.key);
    expect((await log.verify(files)).verdict.state).toBe('ok');
    expect(files.has('tile/1/000.p/2')).toBe(true);
    const above = files.get('tile/1/000.p/2') ?? new Uint8Array();
    const { verdict } = await log.verify(
      new Map(files).set('tile/1/000.p/2', above.with(40, (above[40] ?? 0) ^ 1)),
    );
    expect(verdict).toEqual({
      state: 'failed',
      sentence: 'tile/1/000.p/2 is not what the entries under it hash to.',
    });
  });
});
