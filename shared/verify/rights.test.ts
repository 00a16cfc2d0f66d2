import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeEntry, type Rows } from '#shared/domain/entries.ts';
import { fold } from '#shared/domain/index.ts';
import { MemoryState } from '#shared/log/state.ts';
import { Owed } from '#shared/domain/rights/owed.ts';
import { Policies } from '#shared/domain/judging.ts';
import { type Asked, type Beginning, Tale, tellBeginning, told } from '../../server/testing/forged-log.ts';

// Everybody signs what is told here, so that the rules of what must end, and when, alone make it red.
let world: Beginning;
beforeAll(async () => {
  world = await tellBeginning();
});
afterAll(() => world.server.remove());

/** One thing in each state that it can be in, each in a browser of its own. */
interface Standing {
  waiting: Asked;
  approved: { ask: Asked; grant: string; until: number };
  running: { ask: Asked; grant: string; session: string; until: number; given: number };
  /** Running, and more time was given. */
  extended: { grant: string; until: number; given: number };
  /** More time is asked for the first one that runs. */
  more: Asked;
}
function everything(tale: Tale, { ana, ben }: Beginning): Standing {
  const ask = () => tale.ask(ana, tale.pair(ana));
  const approve = () => {
    const asked = ask();
    const given = tale.time;
    const terms = tale.terms(asked);
    return { ask: asked, grant: tale.decide(ben, asked, terms), terms, given };
  };
  const start = () => {
    const { ask: asked, grant, terms, given } = approve();
    const session = tale.start(asked, { grant, terms });
    return { ask: asked, grant, session, until: terms.until, given };
  };
  const running = start();
  const longer = start();
  const longerAsk = tale.ask(ana, longer.ask.browser, { seconds: 900, extends: longer.grant });
  const given = tale.time;
  const until = longer.until + 600_000;
  tale.decide(ben, longerAsk, { until });
  const approved = approve();
  return {
    waiting: ask(),
    approved: { ask: approved.ask, grant: approved.grant, until: approved.terms.until },
    running,
    extended: { grant: longer.grant, until, given },
    more: tale.ask(ana, running.ask.browser, { seconds: 900, extends: running.grant }),
  };
}

type Change = (tale: Tale, of: Beginning) => void;
const load =
  (from: string | RegExp, to: string): Change =>
  (tale) => {
    tale.load((text) => {
      const changed = text.replace(from, to);
      expect(changed).not.toBe(text);
      return changed;
    });
  };

/** What becomes of each state; undefined where it stays as it is. */
interface Becomes {
  waiting?: string;
  approved?: string;
  running?: string;
  extended?: string;
  more?: string;
}
const all = (how: string): Becomes => ({
  waiting: how,
  approved: how,
  running: how,
  extended: how,
  more: how,
});
const gone = all('no-longer-allowed');

const withoutVault = (text: string): string =>
  text.replace(/ {2}vault:\n(?: {4}.*\n)+/, '').replace(/ {2}- name: vault-decided\n(?: {4}.*\n)+/, '');
const vaultRule = /(who: \['role:engineer'\]\n {4}consoles: \[vault\])/;

const changes: [string, Change, Becomes][] = [
  [
    'the rule names somebody else',
    load("who: ['role:engineer']\n    consoles: [vault]", 'who: [zoe]\n    consoles: [vault]'),
    gone,
  ],
  ['the rule is gone', load(/ {2}- name: vault-decided\n(?: {4}.*\n)+/, ''), gone],
  ['the console is gone', (tale) => void tale.load(withoutVault), gone],
  [
    'the console has another id',
    (tale) => void tale.load((text) => text.replaceAll(/\bvault:/g, 'safe:').replace('[vault]', '[safe]')),
    gone,
  ],
  ['the level is gone', load('[view, change]', '[view]'), gone],
  ['the role is gone', (tale, { root, ana }) => void tale.changeRoles(root, ana.id, ['auditor']), gone],
  ['another role is gone', (tale, { root, ben }) => void tale.changeRoles(root, ben.id, ['approver']), {}],
  [
    'the approver lost the role',
    (tale, { root, ben }) => void tale.changeRoles(root, ben.id, ['engineer']),
    { approved: 'no-longer-allowed' },
  ],
  [
    'the approver was disabled',
    (tale, { root, ben }) => void tale.disable(root, ben.id),
    { approved: 'no-longer-allowed' },
  ],
  [
    'somebody else decides',
    load("decides: ['role:approver']", 'decides: [zoe]'),
    { approved: 'no-longer-allowed' },
  ],
  [
    'nobody decides any more',
    load("decides: ['role:approver']", 'decides: nobody'),
    { waiting: 'no-longer-allowed', more: 'no-longer-allowed' },
  ],
  ['the rule has another name', load('vault-decided', 'vault-renamed'), {}],
  [
    'the rule is for other hours',
    load(vaultRule, `$1\n    when: { from: '00:00', to: '00:01', zone: Etc/GMT+11 }`),
    {},
  ],
  [
    'another rule gives it as well',
    load(
      /eligibility:\n/,
      'eligibility:\n  - { name: more, who: [ana], consoles: [vault], levels: [change], durations: [PT1H], decides: [ben] }\n',
    ),
    {},
  ],
  [
    'the longest time is shorter',
    load('[PT15M, PT30M, PT1H]', '[PT15M]'),
    { waiting: 'no-longer-allowed', approved: 'no-longer-allowed' },
  ],
  ['the person was disabled', (tale, { root, ana }) => void tale.disable(root, ana.id), all('disabled')],
  ['the keys were reset', (tale, { root, ana }) => void tale.reset(root, ana.id), all('reset')],
];

/** What the entries from `first` on end, by what they end. */
function ended(entries: readonly Uint8Array[], first: number): Map<string, string> {
  const found = new Map<string, string>();
  for (const bytes of entries.slice(first)) {
    const { type, body } = decodeEntry(bytes);
    if (type === 'grant.ended') found.set(body.grant, body.how);
    if (type === 'grant.shortened') found.set(body.grant, `until ${body.until}`);
    if (type === 'request.expired') found.set(body.request, body.how ?? 'nobody decided');
  }
  return found;
}
function changed(change: Change): {
  of: Standing;
  ended: Map<string, string>;
  entries: readonly Uint8Array[];
  taking: number;
} {
  const tale = new Tale(world.log);
  const of = everything(tale, world);
  const taking = tale.forged.entries.length;
  change(tale, world);
  const { entries } = tale.forged;
  return { of, ended: ended(entries, taking), entries, taking };
}
const verdictOf = async (entries: readonly Uint8Array[]) =>
  (await world.log.verify(await world.log.seal(entries))).verdict;

describe('what a change takes away ends with it, and nothing else', () => {
  test.each(changes)('%s', async (_, change, becomes) => {
    const { of, ended: found, entries } = changed(change);
    const { waiting, approved, running, extended, more } = of;
    expect({
      waiting: found.get(waiting.request),
      approved: found.get(approved.grant),
      running: found.get(running.grant),
      extended: found.get(extended.grant),
      more: found.get(more.request),
    }).toEqual({
      waiting: undefined,
      approved: undefined,
      running: undefined,
      extended: undefined,
      more: undefined,
      ...becomes,
    });
    expect(await verdictOf(entries)).toMatchObject({ state: 'ok' });
  });

  test.each(changes.filter(([, , becomes]) => Object.keys(becomes).length > 0))(
    'each that is left out is red: %s',
    async (_, change) => {
      const { entries, taking } = changed(change);
      // Something else comes after it, or nothing at all.
      for (let lost = taking + 1; lost < entries.length; lost++) {
        const sealed = await world.log.seal(entries.toSpliced(lost, 1));
        expect((await world.log.verify(sealed)).verdict).toMatchObject({
          state: 'failed',
          sentence: expect.stringMatching(
            new RegExp(
              `^Entry ${taking} does not hold: it took away what (grant|request) \\S+ rests on, and that did not (end|expire) with it`,
            ),
          ) as string,
        });
      }
    },
  );

  test.each(changes.filter(([, , becomes]) => becomes.running === undefined))(
    'an end by policy is red where policy still gives it: %s',
    async (_, change) => {
      await world.log.expectRed(
        told(world, (tale, of) => {
          const { running } = everything(tale, of);
          change(tale, of);
          tale.write('grant.ended', { grant: running.grant, how: 'no-longer-allowed' });
        }),
        /policy, asked again, still gives it/,
      );
    },
  );

  test('a browser that is unpaired loses what it asked for, approved or not', async () => {
    const {
      of,
      ended: found,
      entries,
    } = changed((tale, { ana }) => {
      const { browser } = everything(tale, world).waiting;
      tale.write('browser.ended', { browser: browser.id, how: 'unpaired', by: ana.id });
    });
    expect([...found.values()]).toEqual(['unpaired']);
    expect(found.has(of.waiting.request)).toBe(false);
    expect(await verdictOf(entries)).toMatchObject({ state: 'ok' });
  });

  test('more time that was asked for goes with its session, however that ends', async () => {
    const { entries } = told(world, (tale, of) => {
      const { running } = everything(tale, of);
      const { browser } = running.ask;
      tale.write('grant.ended', {
        grant: running.grant,
        how: 'handed-back',
        by: of.ana.id,
        end: browser.end(running.grant),
      });
    });
    expect(decodeEntry(entries.at(-1) ?? new Uint8Array())).toMatchObject({
      type: 'request.expired',
      body: { how: 'session-ended' },
    });
    expect(await verdictOf(entries)).toMatchObject({ state: 'ok' });
    expect(await verdictOf(entries.slice(0, -1))).toMatchObject({ state: 'failed' });
  });

  test('two policies in a row: what the first took away the second does not give back', async () => {
    const { ended: found, entries } = changed((tale) => {
      const text = world.log.bodyOf('policy.loaded', -1).text;
      tale.load(withoutVault).load(() => `${text}# again\n`);
    });
    expect([...found.values()]).toEqual(Array.from({ length: 5 }, () => 'no-longer-allowed'));
    expect(await verdictOf(entries)).toMatchObject({ state: 'ok' });
  });
});

test('in a part whose next entries are not disclosed, it is told apart from an end that was left out', () => {
  const { entries, taking } = changed(load(/ {2}- name: vault-decided\n(?: {4}.*\n)+/, ''));
  const next = entries.length;
  for (const [ended, unseen] of [
    [entries.slice(taking + 1, -1), true],
    [[], true],
    [[], false],
  ] as const) {
    const owed = new Owed();
    const state = new MemoryState<Rows>();
    const policies = new Policies();
    const took = (bytes: Uint8Array, index: number): void => {
      const entry = decodeEntry(bytes);
      if (entry.type === 'policy.loaded') policies.take(entry.body.hash, entry.body.text);
      fold(state, entry, index);
      owed.took(entry, index, state, policies.get(state.get('policy', 'current')?.hash ?? ''));
    };
    for (const [index, bytes] of [...entries.slice(0, taking + 1), ...ended].entries()) took(bytes, index);
    const at = unseen ? next : taking + 1;
    const missed = owed.missed(undefined, at);
    expect(missed.unseen).toBe(unseen);
    expect(missed.owing.length).toBe(ended.length === 0 ? 5 : 1);
    expect(owed.missed(undefined, at).owing).toEqual([]);
  }
});

describe('a lower maximum', () => {
  const cut = (minutes: number): Change =>
    load(/maximum: PT1H([^]*)\[PT15M, PT30M, PT1H\]/, `maximum: PT${minutes}M$1[PT${minutes}M]`);

  test('shortens what runs, counted from when its time was last given', async () => {
    const { of, ended: found, entries } = changed(cut(20));
    expect(found.get(of.running.grant)).toBe(`until ${of.running.given + 20 * 60_000}`);
    expect(found.get(of.extended.grant)).toBe(`until ${of.extended.given + 20 * 60_000}`);
    expect(found.get(of.approved.grant)).toBe('no-longer-allowed');
    expect(found.get(of.waiting.request)).toBe('no-longer-allowed');
    expect(await verdictOf(entries)).toMatchObject({ state: 'ok' });
  });

  test('above what is left changes nothing, and neither does the same policy again', async () => {
    for (const change of [cut(45), load('version: 1', 'version: 1 # again')]) {
      const { ended: found, entries } = changed(change);
      expect([...found.values()]).toEqual([]);
      expect(await verdictOf(entries)).toMatchObject({ state: 'ok' });
    }
  });

  test('below what has run already ends it now', async () => {
    const {
      of,
      ended: found,
      entries,
    } = changed((tale, beginning) => {
      tale.time += 10 * 60_000;
      cut(10)(tale, beginning);
    });
    expect(found.get(of.running.grant)).toBe('no-longer-allowed');
    expect(await verdictOf(entries)).toMatchObject({ state: 'ok' });
  });

  test('each shortening that is left out is red', async () => {
    const { entries, taking } = changed(cut(20));
    for (const [lost, bytes] of entries.entries())
      if (decodeEntry(bytes).type === 'grant.shortened')
        expect(await verdictOf(entries.toSpliced(lost, 1))).toMatchObject({
          state: 'failed',
          sentence: expect.stringMatching(
            new RegExp(
              `^Entry ${taking} does not hold: it lowered the maximum of grant \\S+, and that was not shortened with it`,
            ),
          ) as string,
        });
  });

  test.each<[string, (tale: Tale, of: Standing) => void, RegExp]>([
    [
      'to another time',
      (tale, { running }) =>
        tale.write('grant.shortened', { grant: running.grant, until: running.given + 21 * 60_000 }),
      /ends it at another time/,
    ],
    [
      'of what did not run',
      (tale, { approved }) =>
        tale.write('grant.shortened', { grant: approved.grant, until: approved.until - 60_000 }),
      /the grant did not run/,
    ],
  ])('a shortening %s is red', async (_, lie, reason) => {
    const { entries, index } = told(world, (tale, of) => {
      const standing = everything(tale, of);
      tale.keeps = true;
      cut(20)(tale, of);
      lie(tale, standing);
    });
    await world.log.expectDoubt({ entries, index }, reason);
  });

  test('a shortening without a lower maximum is red', async () => {
    await world.log.expectRed(
      told(world, (tale, of) => {
        const { running } = everything(tale, of);
        tale.write('grant.shortened', { grant: running.grant, until: running.until - 60_000 });
      }),
      /ends it at another time/,
    );
  });
});

describe('what policy no longer gives', () => {
  test('starts nothing, though the grant was not ended', async () => {
    for (const [name, change, becomes] of changes) {
      if (becomes.approved !== 'no-longer-allowed') continue;
      const { entries, index } = told(world, (tale, of) => {
        const { approved } = everything(tale, of);
        tale.keeps = true;
        change(tale, of);
        tale.start(approved.ask, {
          grant: approved.grant,
          terms: tale.terms(approved.ask, { until: approved.until }),
        });
      });
      await world.log
        .expectDoubt({ entries, index }, /no longer gives what was approved/)
        .catch((error: unknown) => {
          throw new Error(name, { cause: error });
        });
    }
  });

  test('is not approved, though the request was not ended', async () => {
    for (const [name, change, becomes] of changes) {
      if (becomes.waiting !== 'no-longer-allowed') continue;
      const { entries, index } = told(world, (tale, of) => {
        const { waiting } = everything(tale, of);
        tale.keeps = true;
        change(tale, of);
        tale.decide(of.ben, waiting);
      });
      await world.log
        .expectDoubt({ entries, index }, /does not let ben decide this/)
        .catch((error: unknown) => {
          throw new Error(name, { cause: error });
        });
    }
  });

  test('is neither approved nor started outside its hours, yet may be denied', async () => {
    const [, hours] = changes.find(([name]) => name === 'the rule is for other hours') ?? [];
    const tell = (act: (tale: Tale, of: Standing) => void) =>
      told(world, (tale, of) => {
        const standing = everything(tale, of);
        hours?.(tale, of);
        act(tale, standing);
      });
    await world.log.expectRed(
      tell((tale, { waiting }) => void tale.decide(world.ben, waiting)),
      /does not let ben decide this/,
    );
    await world.log.expectRed(
      tell(
        (tale, { approved }) =>
          void tale.start(approved.ask, {
            grant: approved.grant,
            terms: tale.terms(approved.ask, { until: approved.until }),
          }),
      ),
      /no longer gives what was approved/,
    );
    const { entries } = tell(
      (tale, { waiting }) =>
        void tale.decide(world.ben, waiting, {}, { decision: 'deny', reason: waiting.ask.justification }),
    );
    expect(await verdictOf(entries)).toMatchObject({ state: 'ok' });
  });
});
