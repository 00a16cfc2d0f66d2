import { byTouch } from '#shared/domain/people/entries.ts';
import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId, random, toBase64url } from '#shared/bytes.ts';
import { encodeEntry } from '#shared/log/codec.ts';
import type { Act } from '#shared/domain/dual-control/entries.ts';
import type { Body, EntryType } from '#shared/domain/entries.ts';
import type { Cut } from '#shared/domain/exports/entries.ts';
import { formatVkey, noteKey, parseVkey } from '#shared/log/note/keys.ts';
import { canonical } from '#shared/log/canonical.ts';
import { signedBytes } from '#shared/domain/signing.ts';
import type { StatementOf } from '#shared/domain/statements.ts';
import { Bundles, expectRedIn, heldForged } from '../../server/testing/bundles.ts';
import type { Forged, Forgery } from '../../server/testing/forgery.ts';
import { rewritten } from '../../server/testing/log-files.ts';
import type { Person } from '../../server/testing/person.ts';
import { type RotatedStory, tellRotation } from '../../server/testing/rotated.ts';
import { type Alterations, flag } from '../../server/testing/soft-key.ts';

let story: RotatedStory;
let log: Forgery;
let root: Person;
let bea: Person;
let cuts: { all: Cut; across: Cut; after: Cut; person: Cut };
beforeAll(async () => {
  story = await tellRotation();
  ({ log, bea } = story);
  root = story.server.admin;
  const session = (id = ''): Cut => ({ kind: 'session', session: id });
  cuts = {
    all: { kind: 'all' },
    across: session(story.across.session),
    after: session(story.after.session),
    person: { kind: 'person', person: story.ana.id },
  };
});
afterAll(() => story.server.remove());

describe('bundles of a log whose key was rotated hold', () => {
  test.each(['all', 'across', 'after', 'person'] as const)('case 62: %s', async (cut) => {
    const bundles = new Bundles(story.server);
    const files = await bundles.files(cuts[cut]);
    const { genesis = '' } = bundles.pins;
    for (const pins of [bundles.pins, { genesis }, { genesis, logKey: story.oldKey.vkey }]) {
      const { steps, verdict } = await bundles.verify(files, pins);
      expect(steps.filter(({ state }) => state === 'failed' || state === 'unknown')).toEqual([]);
      expect(verdict.state).toBe('ok');
    }
  });
});

type Rotated = Body<'log.key-rotated'>;
type Endorsed = Record<'act' | 'leaseKey' | 'log' | 'new' | 'old', string>;
/** What a forger gets wrong. Left out, everything is as two administrators and the key before would have it. */
interface Wrong {
  /** What both touch. */
  what?: Partial<Extract<Act, { type: 'rotation' }>>;
  by?: Pick<Person, 'id' | 'key'>;
  /** What the statement of the second touch says. */
  said?: Partial<StatementOf<'rotation'>>;
  touch?: Alterations;
  endorsed?: Partial<Endorsed>;
  endorser?: RotatedStory['oldKey']['sign'];
  /** What the entry says whatever was signed. */
  body?: Partial<Rotated>;
}

const lastTime = (): number => log.read(log.entries.length - 1).time;
const common = ({ id, key }: Pick<Person, 'id' | 'key'>) => {
  const honest = JSON.parse(log.bodyOf('act.proposed').touch.statement) as StatementOf<'rotation'>;
  const { log: name, head } = honest;
  const nonce = toBase64url(random(32));
  return { log: name, head, nonce, expires: lastTime() + 120_000, actor: id, credential: key.id };
};

/** The rotation, proposed by root and confirmed by Bea, with exactly this wrong: the log ends with it. */
async function rotated(wrong: Wrong = {}): Promise<Forged> {
  const { by = bea, said = {}, touch = {}, endorser = story.oldKey.sign } = wrong;
  const { act } = log.bodyOf('act.proposed');
  const proposed = log.find('act.proposed');
  const index = log.find('log.key-rotated');
  const { logKey, leaseKey } = { ...log.bodyOf('log.key-rotated'), ...wrong.what };
  const fields = { type: 'rotation', act, logKey, leaseKey } as const;
  const endorsed: Endorsed = {
    act,
    leaseKey,
    log: story.oldKey.key.name,
    new: logKey,
    old: story.oldKey.vkey,
    ...wrong.endorsed,
  };
  const endorsement = toBase64url(await endorser(signedBytes('rotation', canonical(endorsed))));
  const body = {
    act,
    by: by.id,
    logKey,
    leaseKey,
    touch: by.key.touch({ ...common(by), ...fields, ...said }, touch),
    endorsement,
    ...wrong.body,
  };
  const at = (n: number) => log.entries[n] ?? new Uint8Array();
  return {
    index,
    entries: log.entries
      .with(
        proposed,
        rewritten(at(proposed), (entry) => {
          const what = { type: 'rotation', logKey, leaseKey };
          Object.assign(entry.body, { what, touch: root.key.touch({ ...common(root), ...fields }) });
        }),
      )
      .with(
        index,
        rewritten(at(index), (entry) => void Object.assign(entry, { body })),
      ),
  };
}

/** Red in the whole log, in a session that goes on across it and in what else rests on it. */
const expectRed = (forged: Forged, reason: RegExp) =>
  expectRedIn([cuts.all, cuts.across, cuts.person], { log, server: story.server }, forged, reason);
/** The same where something comes between proposal and rotation. */
function between<T extends EntryType>({ index, entries }: Forged, type: T, body: Body<T>): Forged {
  const entry = encodeEntry(type, log.read(index).time, body);
  return { index: index + 1, entries: entries.toSpliced(index, 0, entry) };
}
const hash = toBase64url(random(32));

test('signing the same again holds, so that what follows fails for its one difference', async () => {
  const { entries } = await rotated();
  expect((await log.verify(await log.seal(entries))).verdict.state).toBe('ok');
  const held = await heldForged(log, story.server, entries);
  const bundles = new Bundles(story.server, () => held);
  expect((await bundles.verify(await bundles.files(cuts.across))).verdict.state).toBe('ok');
});

describe('case 62: the key before endorses the one that follows', () => {
  const other = generateKeyPairSync('ed25519').privateKey;
  test.each<[string, () => Wrong]>([
    ['not at all', () => ({ body: { endorsement: toBase64url(new Uint8Array(64)) } })],
    ['by another key', () => ({ endorser: (message) => new Uint8Array(sign(null, message, other)) })],
    ['by the key that follows', () => ({ endorser: (message) => log.key.sign(message) })],
    ['over another key', () => ({ endorsed: { new: formatVkey(noteKey(log.key.key.name, random(32))) } })],
    ['over another lease key', () => ({ endorsed: { leaseKey: hash } })],
    ['over another act', () => ({ endorsed: { act: newId() } })],
    ['for another log', () => ({ endorsed: { log: 'localhost/2' } })],
    ['as the successor of another', () => ({ endorsed: { old: log.key.vkey } })],
    [
      'with what it signed for something else',
      () => ({
        endorser: async () => story.oldKey.sign(signedBytes('lease', canonical({}))),
      }),
    ],
  ])('%s: red', async (_, wrong) => {
    await expectRed(await rotated(wrong()), /the key before did not endorse the one that follows/);
  });

  test('without an endorsement: red', async () => {
    await log.expectRed(await rotated({ body: { endorsement: '' } }), /log\.key-rotated is not in its form/);
  });
});

describe('a rotation takes two administrators', () => {
  test.each<[string, () => Wrong, RegExp]>([
    ['one alone', () => ({ by: root }), /one person proposed and confirmed it/],
    ['an engineer', () => ({ by: story.ana }), /ana was no administrator then/],
    ['no administrator any more', () => ({ by: story.carl }), /carl was no administrator then/],
    ["somebody else's key", () => ({ by: { id: bea.id, key: story.ana.key } }), /key of somebody else/],
    ['another name', () => ({ body: { by: root.id } }), /says another actor/],
    ['no user verification', () => ({ touch: { flags: flag.UP } }), /did not verify who touched/],
    ['another site', () => ({ touch: { origin: 'https://evil.example' } }), /not made on/],
    ['another log', () => ({ said: { log: 'localhost/2' } }), /for another log/],
    ['another act', () => ({ said: { act: newId() } }), /another act/],
    ['another log key', () => ({ said: { logKey: 'other' } }), /another logKey/],
    ['another lease key', () => ({ said: { leaseKey: hash } }), /another leaseKey/],
    ['an act that nobody proposed', () => ({ body: { act: newId() } }), /no act/],
  ])('%s: red', async (_, wrong, reason) => expectRed(await rotated(wrong()), reason));

  test('the proposal is touched too, or left out: red', async () => {
    await expectRed(
      log.change('act.proposed', 0, ({ what }) => void (what.type === 'rotation' && (what.leaseKey = hash))),
      /another leaseKey/,
    );
    const { index, entries } = await rotated();
    const proposed = log.find('act.proposed');
    await expectRed({ index: index - 1, entries: entries.toSpliced(proposed, 1) }, /no act/);
  });

  test('whoever proposed it is an administrator still', async () => {
    const say = (fields: object) => bea.key.touch({ ...common(bea), ...fields });
    const roles: Body<'person.roles-changed'>['roles'] = ['auditor'];
    const demoted = { person: root.id, roles };
    await expectRed(
      between(await rotated(), 'person.roles-changed', {
        ...demoted,
        authority: byTouch(bea.id, say({ type: 'role-change', ...demoted })),
      }),
      /root was no administrator then/,
    );
    const gone = { person: root.id, reason: hash };
    await expectRed(
      between(await rotated(), 'person.disabled', {
        ...gone,
        authority: byTouch(bea.id, say({ type: 'disabling', ...gone })),
      }),
      /root was not active then/,
    );
  });

  test('a proposal waits once, until it is withdrawn, and for its time', async () => {
    const { act, expires } = log.bodyOf('act.proposed');
    const waits = /the act did not wait any more/;
    await expectRed(between(await rotated(), 'act.withdrawn', { act, by: root.id }), waits);
    const { entries } = await rotated();
    // Again, in the same words and by a new touch.
    const again = rewritten(entries.at(-1) ?? new Uint8Array(), (entry) => {
      const { logKey, leaseKey } = log.bodyOf('log.key-rotated');
      const touch = bea.key.touch({ ...common(bea), type: 'rotation', act, logKey, leaseKey });
      Object.assign(entry.body, { touch });
    });
    await expectRed({ index: entries.length, entries: [...entries, again] }, waits);
    const late = await rotated({ said: { expires: expires + 120_000 } });
    const bytes = rewritten(late.entries.at(-1) ?? new Uint8Array(), (entry) => {
      entry.time = expires + 1;
    });
    await expectRed({ ...late, entries: [...late.entries.slice(0, -1), bytes] }, waits);
  });

  test('what was proposed as something else is no rotation', async () => {
    const { act } = log.bodyOf('act.proposed');
    const erasure = { type: 'erasure', act, entries: [0], reason: hash } as const;
    const { index, entries } = await rotated();
    const proposed = log.find('act.proposed');
    const to = (n: number, body: object) =>
      rewritten(entries[n] ?? new Uint8Array(), (entry) => void Object.assign(entry.body, body));
    const asErasure = entries.with(
      proposed,
      to(proposed, {
        what: { type: 'erasure', entries: erasure.entries, reason: hash },
        touch: root.key.touch({ ...common(root), ...erasure }),
      }),
    );
    await expectRed({ index, entries: asErasure }, /over a statement of type rotation/);
    const touch = bea.key.touch({ ...common(bea), ...erasure });
    await expectRed(
      { index, entries: asErasure.with(index, to(index, { touch })) },
      /something else than was proposed/,
    );
  });
});

/** Two administrators and the key before who sign it all the same make no lie true. */
describe('what a rotation says must hold even where all signed it', () => {
  const named = (name: string, publicKey: Uint8Array): string => formatVkey(noteKey(name, publicKey));
  test.each<[string, () => Wrong, RegExp]>([
    ['the key before', () => ({ what: { logKey: story.oldKey.vkey } }), /not a new one of this log/],
    [
      'a key by another name',
      () => ({ what: { logKey: named('localhost/2', parseVkey(log.key.vkey).publicKey) } }),
      /not a new one of this log/,
    ],
    ['a key that is none', () => ({ what: { logKey: 'none' } }), /not a new one of this log/],
    [
      'another log key than was proposed',
      () => ({ body: { logKey: named(log.key.key.name, random(32)) } }),
      /not those that were proposed/,
    ],
    [
      'another lease key than was proposed',
      () => ({ body: { leaseKey: hash } }),
      /not those that were proposed/,
    ],
  ])('%s: red', async (_, wrong, reason) => expectRed(await rotated(wrong()), reason));
});

test('a rotation that is left out, and a key that simply signs, are missed', async () => {
  const { entries } = log.drop('log.key-rotated');
  const held = await heldForged(log, story.server, entries);
  const lying = new Bundles(story.server, () => held);
  const { genesis = '' } = log.pins;
  for (const cut of [cuts.all, cuts.across, cuts.person]) {
    const files = await lying.files(cut);
    expect((await lying.verify(files)).verdict.sentence).toMatch(/name a different log key/);
    expect((await lying.verify(files, { genesis })).verdict).toEqual({
      state: 'failed',
      sentence: 'The checkpoint is not signed by the key that the log names.',
    });
  }
});
