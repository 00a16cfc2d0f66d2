import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromBase64url, newId, toBase64url } from '#shared/bytes.ts';
import type { Cut } from '#shared/domain/exports/entries.ts';
import { Edge } from '#shared/log/merkle/edge.ts';
import { leafHash } from '#shared/log/merkle/hash.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { formatCheckpoint } from '#shared/log/note/checkpoint.ts';
import { cosign, cosignerKey, formatCosignerVkey } from '#shared/log/note/cosignature.ts';
import { Bundles, heldForged, said } from '../../server/testing/bundles.ts';
import { rewritten } from '../../server/testing/log-files.ts';
import { SoftBrowser } from '../../server/testing/soft-browser.ts';
import { type Beginning, Tale, someHash, tellBeginning } from '../../server/testing/forged-log.ts';
import type { Cosigned } from '../../server/witness/store.ts';

/**
 * A log of three tiles of leaves, in the hands of whoever holds its key. What speaks against a false history is a
 * hash in the second tile, and they leave that tile out.
 */
let world: Beginning;
beforeAll(async () => {
  world = await tellBeginning();
});
afterAll(() => world.server.remove());

/** Where the witness's checkpoint and the head of the touch end: within the second tile. */
const EDGE = 270;
const SECOND = 'tile/0/001';
const witness = new SoftBrowser('https://witness.example');
const key = cosignerKey('witness.example/a', fromBase64url(witness.publicKey));
const pinned = { witnesses: [formatCosignerVkey(key)] };

function rootOf(entries: readonly Uint8Array[], size: number): Uint8Array {
  const edge = new Edge(sha256);
  for (const entry of entries.slice(0, size)) edge.append(leafHash(sha256, entry));
  return edge.root();
}

/** A log of more than 512 entries with one session after them. `head` is what its start was shown. */
function tell(head?: (entries: readonly Uint8Array[]) => string) {
  const tale = new Tale(world.log);
  while (tale.forged.entries.length < 600)
    tale.write('attempt.refused', { what: '/api', why: 'not_found', person: world.ana.id });
  const { ana, ben } = world;
  const ask = tale.ask(ana, tale.pair(ana));
  const terms = tale.terms(ask);
  const grant = tale.decide(ben, ask, terms);
  if (head) tale.head = { size: EDGE, root: head(tale.forged.entries) };
  const session = tale.start(ask, { grant, terms });
  return { entries: tale.forged.entries, index: tale.forged.index, session };
}
const honestRoot = (entries: readonly Uint8Array[]): string => toBase64url(rootOf(entries, EDGE));

/** The witness's word over a history. */
async function cosignedOver(entries: readonly Uint8Array[]): Promise<Cosigned> {
  const text = formatCheckpoint({
    origin: world.log.key.key.name,
    size: EDGE,
    root: rootOf(entries, EDGE),
  });
  const line = await cosign(text, key, (message) => witness.signBytes(message), 1_800_000_000);
  const at = { witness: key.name, kind: 'outside' as const, size: EDGE, time: 1_800_000_000 };
  return { ...at, note: `${text}\n${line}`, line };
}

/** The entries with one below the edge told otherwise. */
const retold = (entries: readonly Uint8Array[]): Uint8Array[] =>
  entries.with(
    260,
    rewritten(entries[260] ?? new Uint8Array(), ({ body }) => void Object.assign(body, { what: '/other' })),
  );

const bundlesOf = async (entries: readonly Uint8Array[], cosigned: readonly Cosigned[] = []) => {
  const held = await heldForged(world.log, world.server, entries, cosigned);
  return new Bundles(world.server, () => held);
};

const cutsOf = ({ session }: { session: string }): Cut[] => [
  { kind: 'all' },
  { kind: 'session', session },
  { kind: 'person', person: world.ana.id },
  { kind: 'console', console: 'vault' },
  { kind: 'period', from: 0, to: 4_000_000_000_000 },
];

describe('a history that the witness did not sign', () => {
  test('is red in every kind of bundle, and stays red when the tile that shows it is left out', async () => {
    const told = tell();
    const entries = retold(told.entries);
    const bundles = await bundlesOf(entries, [await cosignedOver(told.entries)]);
    for (const cut of cutsOf(told)) {
      const files = await bundles.files(cut);
      const pins = { ...bundles.pins, ...pinned };
      expect((await bundles.verify(files, pins)).verdict, cut.kind).toMatchObject({
        state: 'failed',
        sentence: `A witness cosigned another history of this log over ${EDGE} entries.`,
      });
      expect(files.delete(SECOND), cut.kind).toBe(true);
      const { steps, verdict } = await bundles.verify(files, pins);
      expect(verdict.state, cut.kind).toBe('failed');
      expect(verdict.sentence, cut.kind).toMatch(/^tile\/0\/001, .* is missing\.$/);
      expect(said(steps), cut.kind).not.toMatch(/witness\.example\/a cosigned/);
    }
  });
});

describe('a touch over a history that never was', () => {
  test('is red in every kind of bundle, and stays red when the tile that shows it is left out', async () => {
    const told = tell(() => someHash());
    const bundles = await bundlesOf(told.entries);
    for (const cut of cutsOf(told)) {
      const files = await bundles.files(cut);
      expect((await bundles.verify(files)).verdict, cut.kind).toMatchObject({
        state: 'failed',
        entry: told.index,
        sentence: expect.stringMatching(/shown another history of this log/) as string,
      });
      expect(files.delete(SECOND), cut.kind).toBe(true);
      const { steps, verdict } = await bundles.verify(files);
      expect(verdict.state, cut.kind).toBe('failed');
      expect(verdict.sentence, cut.kind).toMatch(/^tile\/0\/001, .* is missing\.$/);
      expect(said(steps), cut.kind).not.toMatch(/over exactly these terms and this history/);
    }
  });
});

describe('an honest log', () => {
  test('carries every tile that its touches and witnesses are compared by', async () => {
    const told = tell(honestRoot);
    const bundles = await bundlesOf(told.entries, [await cosignedOver(told.entries)]);
    for (const cut of cutsOf(told)) {
      const { steps, verdict } = await bundles.verify(await bundles.files(cut), {
        ...bundles.pins,
        ...pinned,
      });
      expect(verdict.state, `${cut.kind}: ${verdict.sentence}`).toBe('ok');
      expect(said(steps), cut.kind).toMatch(/^witness\.example\/a cosigned 270 of \d+ entries at /m);
    }
  });

  test('a session leaves out the tiles that nothing in it is compared with', async () => {
    const told = tell();
    const bundles = await bundlesOf(told.entries);
    const files = await bundles.files({ kind: 'session', session: told.session });
    expect(files.has(SECOND)).toBe(false);
    expect((await bundles.verify(files)).verdict.state).toBe('ok');
  });

  test('any tile left out is red in every kind of bundle', async () => {
    const told = tell(honestRoot);
    const bundles = await bundlesOf(told.entries);
    for (const cut of cutsOf(told)) {
      const files = await bundles.files(cut);
      for (const name of [...files.keys()].filter((path) => path.startsWith('tile/'))) {
        const without = new Map(files);
        without.delete(name);
        const { verdict } = await bundles.verify(without);
        expect(verdict.state, `${cut.kind} without ${name}`).toBe('failed');
        expect(verdict.sentence).toMatch(/is missing|are missing|comes without the hashes/);
      }
    }
  });
});

test('what a stranger signed says nothing against a log, whatever it is over', async () => {
  const told = tell(honestRoot);
  const other = await cosignedOver(retold(told.entries));
  const bundles = await bundlesOf(told.entries, [other]);
  const files = await bundles.files({ kind: 'all' });
  const { steps, verdict } = await bundles.verify(files);
  expect(verdict.state, verdict.sentence).toBe('ok');
  expect(said(steps)).toMatch(/cosignatures by witness\.example\/a, which were not checked/);
  // Over more than there is, and under the name of a browser that nobody paired.
  const name = files.get('cosigned/000');
  const longer = new TextDecoder().decode(name).replace('\n270\n', '\n9999\n');
  for (const note of [
    longer,
    longer.replace('witness.example/a', `${world.log.key.key.name}/browser/${newId()}`),
    longer.replace(world.log.key.key.name, 'elsewhere.example/1'),
  ]) {
    files.set('cosigned/000', new TextEncoder().encode(note));
    expect((await bundles.verify(files)).verdict.state, note).toBe('ok');
  }
});
