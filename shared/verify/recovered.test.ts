import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { random, toBase64url } from '#shared/bytes.ts';
import type { Body } from '#shared/domain/entries.ts';
import type { Cut } from '#shared/domain/exports/entries.ts';
import { formatCheckpoint } from '#shared/log/note/checkpoint.ts';
import { formatVkey, noteKey, parseVkey } from '#shared/log/note/keys.ts';
import { signNote } from '#shared/log/note/note.ts';
import type { StatementOf } from '#shared/domain/statements.ts';
import { Bundles, expectRedIn, heldForged, said } from '../../server/testing/bundles.ts';
import type { Forged, Forgery } from '../../server/testing/forgery.ts';
import type { Person } from '../../server/testing/person.ts';
import { type RecoveredStory, tellRecovery } from '../../server/testing/recovered.ts';
import { type Alterations, SoftKey, flag } from '../../server/testing/soft-key.ts';

let story: RecoveredStory;
let log: Forgery;
let root: Person;
let bea: Person;
let cuts: { all: Cut; before: Cut; after: Cut; person: Cut };
beforeAll(async () => {
  story = await tellRecovery();
  ({ log, bea } = story);
  root = story.server.admin;
  const session = (id = ''): Cut => ({ kind: 'session', session: id });
  cuts = {
    all: { kind: 'all' },
    before: session(story.before.session),
    after: session(story.after.session),
    person: { kind: 'person', person: story.ana.id },
  };
});
afterAll(() => story.server.remove());

describe('bundles of a log that was recovered hold', () => {
  test.each(['all', 'before', 'after', 'person'] as const)('case 61: %s', async (cut) => {
    const bundles = new Bundles(story.server);
    const files = await bundles.files(cuts[cut]);
    const { genesis = '' } = bundles.pins;
    // Whoever pinned the key before the recovery, or the genesis alone, follows it.
    for (const pins of [bundles.pins, { genesis }, { genesis, logKey: story.lostKey.vkey }]) {
      const { steps, verdict } = await bundles.verify(files, pins);
      expect(steps.filter(({ state }) => state === 'failed' || state === 'unknown')).toEqual([]);
      expect(verdict.state).toBe('ok');
      expect(said(steps)).toMatch(
        new RegExp(
          `^Two administrators recovered the log without what was lost \\(entry ${log.find('log.recovered')}\\): 2 entries that had been signed\\.$`,
          'm',
        ),
      );
    }
  });
});

type Recovered = Body<'log.recovered'>;
/** What a forger gets wrong in the touches under a recovery. */
interface Wrong extends Alterations {
  said?: Partial<StatementOf<'recovery'>>;
}

/** The recovery with another body, and touches by these over what is in it: the log ends with it. */
function signed(
  alter: (body: Recovered) => void,
  people: readonly Pick<Person, 'id' | 'key'>[] = [root, bea],
  wrong: Wrong = {},
): Forged {
  const { said: other = {}, ...alterations } = wrong;
  return log.change('log.recovered', 0, (body) => {
    const honest = JSON.parse(body.touches[0]?.touch.statement ?? '') as StatementOf<'recovery'>;
    alter(body);
    const { origin, lost, restored, logKey, leaseKey } = body;
    body.touches = people.map(({ id: by, key }) => {
      const statement: StatementOf<'recovery'> = {
        ...honest,
        actor: by,
        credential: key.id,
        nonce: toBase64url(random(32)),
        origin,
        lost: { size: lost.size, root: lost.root },
        restored,
        logKey,
        leaseKey,
        ...other,
      };
      return { by, touch: key.touch(statement, alterations) };
    });
  });
}
const nothing = (): void => undefined;
const hash = toBase64url(random(32));

/** Red in the whole log, in a session that it ended and in everything else that rests on it. */
const expectRed = (forged: Forged, reason: RegExp) =>
  expectRedIn([cuts.all, cuts.before, cuts.person], { log, server: story.server }, forged, reason);

/** A head as the lost key, or another one, would have signed it. */
async function noteOver(head: { size: number; root: string }, key = story.lostKey) {
  const text = formatCheckpoint({
    origin: key.key.name,
    size: head.size,
    root: new Uint8Array(Buffer.from(head.root, 'base64url')),
  });
  return signNote(text, key.key, (message) => key.sign(message));
}

test('touching the same again holds, so that what follows fails for its one difference', async () => {
  const { entries } = signed(nothing);
  expect((await log.verify(await log.seal(entries))).verdict.state).toBe('ok');
  const held = await heldForged(log, story.server, entries);
  const bundles = new Bundles(story.server, () => held);
  expect((await bundles.verify(await bundles.files(cuts.before))).verdict.state).toBe('ok');
});

describe('a recovery takes the touches of two administrators', () => {
  const touching = (
    who: () => readonly Pick<Person, 'id' | 'key'>[],
    reason: RegExp,
  ): [() => Forged, RegExp] => [() => signed(nothing, who()), reason];
  const cases: [string, () => Forged, RegExp][] = [
    ['by the same person twice', ...touching(() => [root, root], /one person touched twice/)],
    ['by an engineer', ...touching(() => [root, story.ana], /ana was no administrator then/)],
    [
      'by somebody who is no administrator any more',
      ...touching(() => [story.carl, root], /carl was no administrator then/),
    ],
    [
      'by a key that was never enrolled',
      ...touching(() => [root, { id: bea.id, key: new SoftKey(root.place) }], /not enrolled then/),
    ],
    [
      "with somebody else's key",
      ...touching(() => [root, { id: bea.id, key: story.ana.key }], /by the key of somebody else/),
    ],
    [
      'one touch under two names',
      () =>
        log.change('log.recovered', 0, ({ touches: [first, second] }) => {
          if (first && second) second.touch = first.touch;
        }),
      /says another actor/,
    ],
  ];
  test.each(cases)('%s: red', async (_, forge, reason) => expectRed(forge(), reason));

  test('by one alone, or by three: red', async () => {
    for (const people of [[root], [root, bea, root]])
      await log.expectRed(signed(nothing, people), /log\.recovered is not in its form/);
  });

  test.each<[string, Wrong, RegExp]>([
    ['without user verification', { flags: flag.UP }, /did not verify who touched/],
    ['without a touch', { flags: flag.UV }, /was not touched/],
    ['on another site', { origin: 'https://evil.example' }, /not made on/],
    ['for another site', { rpId: 'evil.example' }, /another site/],
    ['in a frame', { crossOrigin: true }, /frame of another site/],
    ['over another challenge', { challenge: hash }, /over another statement/],
    ['for another log', { said: { log: 'localhost/9' } }, /for another log/],
    ['with one nonce', { said: { nonce: hash } }, /used before/],
    ['over another history', { said: { head: { size: 3, root: hash } } }, /another history/],
    ['that say another origin', { said: { origin: 'localhost/7' } }, /another origin/],
    ['that give up another head', { said: { lost: { size: 99, root: hash } } }, /another lost/],
    ['that keep another head', { said: { restored: { size: 1, root: hash } } }, /another restored/],
    ['over another log key', { said: { logKey: 'other' } }, /another logKey/],
    ['over another lease key', { said: { leaseKey: hash } }, /another leaseKey/],
  ])('touches %s: red', async (_, wrong, reason) => {
    await expectRed(signed(nothing, [root, bea], wrong), reason);
  });

  test('case 61: the origin that it goes on under is not yet the log that is touched', async () => {
    const { origin } = log.bodyOf('log.recovered');
    await expectRed(signed(nothing, [root, bea], { said: { log: origin } }), /for another log/);
  });

  test('a touch waits a day for the other one and no longer', async () => {
    const at = log.read(log.find('log.recovered')).time;
    const expiring = (hours: number) =>
      signed(nothing, [root, bea], { said: { expires: at - hours * 3_600_000 } });
    expect((await log.verify(await log.seal(expiring(23.9).entries))).verdict.state).toBe('ok');
    await expectRed(expiring(24.1), /had expired/);
  });

  test('what the entry says without those who touched is red, whatever it is', async () => {
    for (const [alter, reason] of [
      [{ origin: 'localhost/9' }, /another origin/],
      [{ logKey: story.lostKey.vkey }, /another logKey/],
      [{ leaseKey: hash }, /another leaseKey/],
      [{ restored: { size: 4, root: hash } }, /another restored/],
      [{ lost: { ...log.bodyOf('log.recovered').lost, size: 99 } }, /another lost/],
    ] as const)
      await expectRed(
        log.change('log.recovered', 0, (body) => void Object.assign(body, alter)),
        reason,
      );
  });
});

/** Two administrators who touch it all the same make no lie true. */
describe('what a recovery says must hold even under two touches', () => {
  const keep = () => log.bodyOf('log.recovered').restored;
  const give = () => log.bodyOf('log.recovered').lost;
  const cases: [string, () => Partial<Recovered> | Promise<Partial<Recovered>>, RegExp][] = [
    [
      'to keep fewer entries than there are',
      () => ({ restored: { ...keep(), size: keep().size - 1 } }),
      /from another size/,
    ],
    [
      'to keep another history',
      () => ({ restored: { ...keep(), root: hash } }),
      /from another history than the entries before it/,
    ],
    [
      'to give up less than it keeps',
      async () => {
        const lost = { size: keep().size - 1, root: hash };
        return { lost: { ...lost, note: await noteOver(lost) } };
      },
      /does not go on from what it keeps/,
    ],
    [
      'to give up as much, of another history',
      async () => {
        const lost = { size: keep().size, root: hash };
        return { lost: { ...lost, note: await noteOver(lost) } };
      },
      /does not go on from what it keeps/,
    ],
    [
      'another size than was signed',
      () => ({ lost: { ...give(), size: give().size + 1 } }),
      /of another one/,
    ],
    ['another root than was signed', () => ({ lost: { ...give(), root: hash } }), /of another one/],
    ['a note that is none', () => ({ lost: { ...give(), note: 'lost\n' } }), /cannot be read/],
    ['entries lost without a note of them', () => ({ lost: { ...give(), note: '' } }), /nothing shows/],
    [
      'the lost head of another log',
      async () => ({ lost: { ...give(), note: await noteOver(give(), keyNamed('evil.example/1')) } }),
      /does not follow the one that was lost/,
    ],
    [
      'an origin below that of the lost head',
      async () => ({ lost: { ...give(), note: await noteOver(give(), keyNamed(originNumber(2))) } }),
      /does not follow the one that was lost/,
    ],
    ['the origin before', () => renamed(originNumber(1)), /does not follow the one that was lost/],
    ['the origin of another log', () => renamed('evil.example/2'), /of another log/],
    [
      'the log key before',
      () => ({
        logKey: formatVkey(noteKey(log.key.key.name, story.lostKey.key.publicKey)),
      }),
      /not a new one of this log/,
    ],
    [
      'a log key by another name',
      () => ({ logKey: formatVkey(noteKey(originNumber(3), random(32))) }),
      /not a new one of this log/,
    ],
    ['a log key that is none', () => ({ logKey: 'none' }), /not a new one of this log/],
  ];
  const originNumber = (n: number): string => log.key.key.name.replace(/\d+$/, String(n));
  const keyNamed = (name: string): typeof story.lostKey => ({
    ...story.lostKey,
    key: noteKey(name, story.lostKey.key.publicKey),
  });
  /** Another origin, with the log key under its name. */
  const renamed = (origin: string) => ({
    origin,
    logKey: formatVkey(noteKey(origin, parseVkey(log.key.vkey).publicKey)),
  });

  test.each(cases)('%s: red', async (_, alter, reason) => {
    const other = await alter();
    await expectRed(
      signed((body) => void Object.assign(body, other)),
      reason,
    );
  });

  test('a lost head by a key that what was kept does not name is said, and no failure', async () => {
    const lost = give();
    const other = keyNamed(story.lostKey.key.name);
    const note = await noteOver(lost, {
      ...other,
      key: noteKey(other.key.name, random(32)),
    });
    const { entries } = signed((body) => void (body.lost = { ...lost, note }));
    const { steps, verdict } = await log.verify(await log.seal(entries));
    expect(verdict.state).toBe('ok');
    expect(said(steps)).toMatch(
      /signed\. Their head is signed by a key that the remaining log does not name\.$/m,
    );
  });

  test('nothing lost but key or lock takes no note', async () => {
    const { entries } = signed((body) => void (body.lost = { ...keep(), note: '' }));
    const { steps, verdict } = await log.verify(await log.seal(entries));
    expect(verdict.state).toBe('ok');
    expect(said(steps)).toMatch(/its key or its lock, and no known entry\.$/m);
  });
});

test('case 61: a recovery that is left out is missed', async () => {
  const { entries } = log.drop('log.recovered');
  const { verdict } = await log.verify(await log.seal(entries));
  expect(verdict).toMatchObject({
    state: 'failed',
    sentence: 'The entries belong to a different log than the checkpoint.',
  });
  const held = await heldForged(log, story.server, entries);
  const lying = new Bundles(story.server, () => held);
  for (const cut of [cuts.all, cuts.before, cuts.person])
    expect((await lying.verify(await lying.files(cut))).verdict.state).toBe('failed');
});
