import { byTouch } from '#shared/domain/people/entries.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '#shared/bytes.ts';
import { decodeEntry, type Entry } from '#shared/domain/entries.ts';
import { encodeEntry } from '#shared/log/codec.ts';
import { readForm } from '#shared/log/form.ts';
import { ask, withdrawal } from '#shared/domain/requests/statements.ts';
import { batch } from '#shared/domain/actions/statements.ts';
import { end } from '#shared/domain/grants/statements.ts';
import { canonical, parseCanonical } from '#shared/log/canonical.ts';
import { readStatement } from '#shared/domain/statements.ts';
import { Forgery } from '../../server/testing/forgery.ts';
import { rewritten } from '../../server/testing/log-files.ts';
import { type Story, tellStory } from '../../server/testing/scenario.ts';
import { type Beginning, type Tale, tellBeginning, told } from '../../server/testing/forged-log.ts';

/** One value has one spelling; what only says more than this version knows is nobody's fault. */
let story: Story;
let world: Beginning;
let log: Forgery;
beforeAll(async () => {
  story = await tellStory();
  log = new Forgery(story.server);
  world = await tellBeginning();
});
afterAll(async () => {
  await story.server.remove();
  await world.server.remove();
});

type Json = string | number | boolean | Json[] | { [key: string]: Json };

/** A value with each of its strings changed in turn by `to`, where that gives another one. */
function* each(
  value: Json,
  to: (text: string, path: string) => string,
  path = '',
): Generator<[string, Json]> {
  if (typeof value === 'string') {
    const changed = to(value, path);
    if (changed !== value) yield [path, changed];
  } else if (Array.isArray(value)) {
    for (const [n, item] of value.entries())
      for (const [at, changed] of each(item, to, `${path}[]`)) yield [at, value.with(n, changed)];
  } else if (typeof value === 'object')
    for (const [key, item] of Object.entries(value))
      for (const [at, changed] of each(item, to, `${path}.${key}`)) yield [at, { ...value, [key]: changed }];
}

/** A value with a field more in each of its objects in turn. */
function* withMore(value: Json, path = ''): Generator<[string, Json]> {
  if (Array.isArray(value)) {
    for (const [n, item] of value.entries())
      for (const [at, changed] of withMore(item, `${path}[]`)) yield [at, value.with(n, changed)];
  } else if (typeof value === 'object') {
    yield [path, { ...value, more: 1 }];
    for (const [key, item] of Object.entries(value))
      for (const [at, changed] of withMore(item, `${path}.${key}`)) yield [at, { ...value, [key]: changed }];
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** The same bytes in another spelling, where a lax reader would see the same: a bit set that belongs to none of them. */
const loose = (text: string): string =>
  /^[A-Za-z0-9_-]{20,}$/.test(text) && text.length % 4 > 1
    ? text.slice(0, -1) + (alphabet[alphabet.indexOf(text.at(-1) ?? '') + 1] ?? '')
    : text;

const caught = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (error) {
    return error;
  }
};

const bodies = (): [number, Entry][] => log.entries.map((_, index) => [index, log.read(index)]);
const decode = (entry: Entry, body: Json): unknown =>
  caught(() => decodeEntry(utf8(canonical({ ...entry, body }))));

/** Everything in the story that is signed as a text of its own. */
function* texts(): Generator<[string, string, (value: unknown) => unknown]> {
  for (const [, { type, body }] of bodies())
    for (const [path, text] of each(body as Json, (found) => (found.startsWith('{') ? `${found}!` : found))) {
      const inner = JSON.stringify(text);
      for (const said of inner.match(/\{\\"(?:[^"\\]|\\.)*!"/g) ?? []) {
        const found = JSON.parse(`"${said}`) as string;
        const read =
          (path.endsWith('.statement') && ((value: unknown) => readStatement(canonical(value as object)))) ||
          (path.startsWith('.ask') && ((value: unknown) => readForm(ask, value))) ||
          (path.startsWith('.batch') && ((value: unknown) => readForm(batch, value))) ||
          (path.startsWith('.end') && ((value: unknown) => readForm(end, value))) ||
          (path.startsWith('.withdrawal') && ((value: unknown) => readForm(withdrawal, value)));
        if (read) yield [`${type}${path}`, found.slice(0, -1), read];
      }
    }
}

describe('one spelling for each value', () => {
  test('an entry with a loose bit anywhere in its body is not in its form', () => {
    const paths = new Set<string>();
    for (const [, entry] of bodies())
      for (const [path, body] of each(entry.body as Json, loose)) {
        paths.add(`${entry.type}${path}`);
        expect(decode(entry, body), `${entry.type}${path}`).toMatchObject({
          name: 'EntryError',
          newer: false,
        });
      }
    for (const path of [
      'genesis.administrator.key.publicKey',
      'key.enrolled.registration.attestationObject',
      'browser.paired.publicKey',
      'request.asked.hash',
      'request.asked.ask.signature',
      'session.started.touch.signature',
      'grant.ended.reason',
    ])
      expect([...paths]).toContain(path);
  });

  test('nor is a text that was signed', () => {
    const paths = new Set<string>();
    for (const [of, text, read] of texts())
      for (const [path, value] of each(parseCanonical(text) as Json, loose)) {
        paths.add(`${of}${path}`);
        expect(
          caught(() => read(value)),
          `${of}${path}`,
        ).toMatchObject({ name: 'FormError', newer: false });
      }
    for (const path of [
      'session.started.touch.statement.nonce',
      'session.started.touch.statement.head.root',
      'request.asked.ask.text.nonce',
      'actions.recorded.batch.text.actions[].id',
      'grant.ended.end.text.grant',
      'request.withdrawn.withdrawal.text.request',
    ])
      expect([...paths]).toContain(path);
  });

  test('a pairing code has no I, L, O and U', () => {
    const index = log.find('browser.paired');
    for (const letter of 'ILOUil')
      expect(
        caught(() =>
          decodeEntry(
            rewritten(
              log.entries[index] ?? new Uint8Array(),
              ({ body }) => void Object.assign(body, { code: `8P7S-2YF${letter}` }),
            ),
          ),
        ),
        letter,
      ).toMatchObject({ name: 'EntryError', newer: false });
  });
});

describe('what a later version may add', () => {
  test('a field in any object of an entry, or of a text that was signed', () => {
    for (const [, entry] of bodies())
      for (const [path, body] of withMore(entry.body as Json))
        expect(decode(entry, body), `${entry.type}${path}`).toMatchObject({
          name: 'EntryError',
          newer: true,
        });
    for (const [of, text, read] of texts())
      for (const [path, value] of withMore(parseCanonical(text) as Json))
        expect(
          caught(() => read(value)),
          `${of}${path}`,
        ).toMatchObject({ name: 'FormError', newer: true });
  });

  test.each([
    ['a field beside the body', { more: 1 }],
    ['a version', { v: 2 }],
    ['a type', { type: 'request.reviewed' }],
  ])('%s', (_, change) => {
    const entry = log.read(log.find('attempt.refused'));
    expect(caught(() => decodeEntry(utf8(canonical({ ...entry, ...change }))))).toMatchObject({
      newer: true,
    });
  });

  test.each([
    ['a word', 'grant.ended', { how: 'reviewed' }, true],
    ['no word', 'grant.ended', { how: 'Run out' }, false],
    ['a word and something wrong', 'grant.ended', { how: 'reviewed', grant: 'x' }, false],
    ['a field left out', 'session.started', { terms: undefined }, false],
    ['another kind of value', 'session.started', { basis: 0 }, false],
    ['an unknown act', 'act.proposed', { what: { type: 'review' } }, true],
    ['an act without a type', 'act.proposed', { what: { more: 1 } }, false],
  ] as const)('%s in a body', (_, type, change, newer) => {
    const known = log.entries.some((_, index) => log.read(index).type === type);
    const body = known ? log.bodyOf(type) : {};
    const made = JSON.parse(JSON.stringify({ ...body, ...change })) as object;
    const act = { act: 'AAAAAAAAAAAAAAAAAAAAAA', by: 'AAAAAAAAAAAAAAAAAAAAAA', expires: 1 };
    const whole = known ? made : { ...act, touch: log.bodyOf('session.started').touch, ...made };
    expect(caught(() => decodeEntry(encodeEntry(type, 1, whole)))).toMatchObject({
      name: 'EntryError',
      newer,
    });
  });

  /** Tales in which something is said that this version does not know, each signed by whoever it takes. */
  const later: [string, (tale: Tale, of: Beginning) => void][] = [
    ['an entry', (tale) => void tale.write('shift.began' as 'request.expired', {} as never)],
    [
      'a body',
      (tale, { ana }) => void tale.write('browser.paired', { ...pairing(tale, ana), more: 1 } as never),
    ],
    [
      'a statement',
      (tale, { bea, ana }) => {
        const fields = { person: ana.id, roles: ['engineer' as const], more: 1 };
        const touch = tale.touch(bea, 'role-change', fields);
        tale.write('person.roles-changed', {
          person: ana.id,
          roles: ['engineer'],
          authority: byTouch(bea.id, touch),
        });
      },
    ],
    ['an ask', (tale, { ana }) => void tale.ask(ana, tale.pair(ana), { more: 1 } as object)],
    ['a batch', (tale, { ana }) => void tale.record(tale.pair(ana), [{ console: 'queue' }], { more: 1 })],
  ];
  function pairing(tale: Tale, who: Beginning['ana']) {
    const { publicKey: browserKey, code, label } = log.bodyOf('browser.paired');
    const touch = tale.touch(who, 'pairing', { browserKey, code, label });
    return { ...log.bodyOf('browser.paired'), person: who.id, touch };
  }
  test.each(later)('in %s cannot be judged, and is not called forged', async (_, tell) => {
    const { index, entries } = told(world, tell);
    const { verdict } = await world.log.verify(await world.log.seal(entries));
    expect(verdict).toMatchObject({ state: 'unknown' });
    expect(verdict.sentence).toContain(`Entry ${index} cannot be judged`);
  });

  test('a loose bit in a nonce that somebody signed is red', async () => {
    const forged = told(world, (tale, { bea, ana }) => {
      const fields = { person: ana.id, roles: ['engineer' as const], nonce: `${'A'.repeat(42)}B` };
      const touch = tale.touch(bea, 'role-change', fields);
      tale.write('person.roles-changed', {
        person: ana.id,
        roles: ['engineer'],
        authority: byTouch(bea.id, touch),
      });
    });
    await world.log.expectRed(forged, /not in its form/);
  });
});
