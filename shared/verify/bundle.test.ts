import { noteText } from '#shared/log/note/note.ts';
import { fc, test as prop } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromBase64url, fromUtf8, newId, random, toBase64url, utf8 } from '#shared/bytes.ts';
import type { Cut } from '#shared/domain/exports/entries.ts';
import { browserKeyName, cosign, cosignerKey, formatCosignerVkey } from '#shared/log/note/cosignature.ts';
import { formatVkey, noteKey } from '#shared/log/note/keys.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import {
  type BundleFiles,
  Bundles,
  heldForged,
  said,
  unpack,
  verifyZip,
} from '../../server/testing/bundles.ts';
import { Forgery } from '../../server/testing/forgery.ts';
import { SoftBrowser } from '../../server/testing/soft-browser.ts';
import { type Story, tellStory } from '../../server/testing/scenario.ts';

let story: Story;
let bundles: Bundles;
beforeAll(async () => {
  story = await tellStory();
  bundles = new Bundles(story.server);
});
afterAll(() => story.server.remove());

const timeOf = (index: number): number => story.server.services.log.entry(index).time;
const session = (): Cut => ({ kind: 'session', session: story.decided.session ?? '' });
const all = (): Cut => ({ kind: 'all' });
const cuts: [string, () => Cut][] = [
  ['everything', all],
  ['a session that was approved', session],
  ['a session that nobody decided', () => ({ kind: 'session', session: story.selfApproved.session ?? '' })],
  ['a person', () => ({ kind: 'person', person: story.ana.id })],
  ['a person who decides', () => ({ kind: 'person', person: story.server.admin.id })],
  ['a console', () => ({ kind: 'console', console: 'vault' })],
  ['a period', () => ({ kind: 'period', from: timeOf(12), to: timeOf(20) })],
  ['a period in which nothing was', () => ({ kind: 'period', from: 1, to: 2 })],
];

describe('every cut', () => {
  test.each(cuts)('holds, and says how much of the log it is: %s', async (_, cut) => {
    const { steps, verdict } = await bundles.verify(await bundles.files(cut()));
    expect(steps.filter(({ state }) => state === 'failed' || state === 'unknown')).toEqual([]);
    expect(verdict.state).toBe('ok');
    expect(said(steps)).toMatch(
      cut().kind === 'all'
        ? /^The bundle is complete: it contains every entry under the checkpoint\.$/m
        : /^\d+ entries are not disclosed and stand here by hash only\./m,
    );
  });

  test('every forgery that the log key can seal is red in it too, naming the entry', async () => {
    const log = new Forgery(story.server);
    const forged = [
      log.change('request.asked', 0, (b) => void (b.decides = 'nobody')),
      log.change('request.asked', 0, (b) => void (b.eligibility = 'queue-self-approved')),
      log.change('request.decided', 0, (b) => void (b.terms && b.terms.until++)),
      log.change('session.started', 0, (b) => void b.terms.until--),
      log.change('actions.recorded', 0, (b) => void (b.batch.text = b.batch.text.replace('true', 'false'))),
      log.change('grant.ended', 0, (b) => void delete b.end),
    ];
    for (const { index, entries } of forged)
      for (const cut of [all(), session()]) {
        const held = await heldForged(log, story.server, entries);
        const lying = new Bundles(story.server, () => held);
        const { verdict } = await lying.verify(await lying.files(cut));
        expect(verdict).toMatchObject({ state: 'failed', entry: index });
      }
  });
});

describe('pins', () => {
  test('the genesis alone is enough; with the key alone people are as introduced; with neither that is said', async () => {
    const files = await bundles.files(session());
    const { logKey = '', genesis = '' } = bundles.pins;
    const byGenesis = await bundles.verify(files, { genesis });
    expect(byGenesis.verdict.state).toBe('ok');
    expect(said(byGenesis.steps)).toMatch(
      /signed by the key of localhost:\d+\/1 that the pinned genesis leads to\.$/m,
    );
    const byKey = await bundles.verify(files, { logKey });
    expect(byKey.verdict).toMatchObject({ state: 'unknown' });
    expect(byKey.verdict.sentence).toMatch(/who the people are is the server's word/);
    const byNothing = await bundles.verify(files, {});
    expect(byNothing.verdict.state).toBe('unknown');
    expect(said(byNothing.steps)).toMatch(/anyone could have made it/);
    expect(byNothing.steps.filter(({ state }) => state === 'failed')).toEqual([]);
  });

  test('another pin is red', async () => {
    const files = await bundles.files(session());
    const { origin } = story.server.services.log;
    const strangers = ['example.com/log', origin].map((name) => formatVkey(noteKey(name, random(32))));
    for (const pins of [{ genesis: toBase64url(random(32)) }, ...strangers.map((logKey) => ({ logKey }))])
      expect((await bundles.verify(files, pins)).verdict.state).toBe('failed');
  });

  test('a pinned key that is none is no word against the log', async () => {
    const files = await bundles.files(session());
    const { logKey = '', genesis = '' } = bundles.pins;
    for (const none of ['nonsense', logKey.replace(/^localhost/, 'elsewhere'), logKey.slice(0, -1)]) {
      const { verdict } = await bundles.verify(files, { logKey: none, genesis });
      expect(verdict.state).toBe('unknown');
      expect(verdict.sentence).toMatch(/^The pinned key cannot be read: /);
    }
  });
});

/** A file of a bundle rewritten as text. */
const rewrite = (name: string, by: (text: string) => string) => (files: BundleFiles) => {
  const text = fromUtf8(files.get(name) ?? new Uint8Array());
  const changed = by(text);
  if (changed === text) throw new Error(`nothing changed in ${name}`);
  files.set(name, utf8(changed));
};
const entries = 'entries/000.txt';
const details = 'details/000.jsonl';
const states = 'states/000.jsonl';
const withoutLine = (pattern: RegExp) => (text: string) =>
  text.replace(new RegExp(`^.*${pattern.source}.*\n`, 'm'), '');
/** A line with its last digits of time changed, so that it keeps its form. */
const manifest = (key: string, value: string) => (text: string) =>
  text.replace(new RegExp(`"${key}":("[^"]*"|\\d+)`), `"${key}":${value}`);

describe('case 64: an edited bundle', () => {
  const edits: [string, (files: BundleFiles) => void, RegExp][] = [
    [
      'a letter in an entry',
      rewrite(entries, (t) => t.replace('"level":"change"', '"level":"chance"')),
      /Entry \d+ is not what the log was signed over/,
    ],
    [
      'an entry left out',
      rewrite(entries, withoutLine(/^11 /)),
      /entry 11\b|no grant|no session|Entry 11|Entry \d+ does not hold/i,
    ],
    [
      'two entries swapped',
      rewrite(entries, (t) => t.replace(/^12 (.*)\n13 (.*)$/m, '12 $2\n13 $1')),
      /Entry 12 is not what/,
    ],
    ['an entry under another number', rewrite(entries, (t) => t.replace(/^16 /m, '15 ')), /in order/],
    [
      'an entry of its own making',
      rewrite(entries, (t) => t.replace(/^10 .*$/m, (l) => l.replace('"approve"', '"deny"'))),
      /Entry 10 is not what/,
    ],
    ['a batch left out', rewrite(entries, withoutLine(/^13 /)), /batch/],
    ['the genesis left out', rewrite(entries, withoutLine(/^0 /)), /Entry 0/],
    ['the last line cut off', rewrite(entries, (t) => t.slice(0, -9)), /cut off/],
    ['all entries left out', (f) => void f.delete(entries), /Entry 0|does not belong/],
    [
      'a text',
      rewrite(details, (t) => t.replace('Opened the vault', 'Opened the door')),
      /another text than was committed/,
    ],
    [
      'a salt',
      rewrite(details, (t) => t.replace(/"salt":"[^"]{4}/, '"salt":"AAAA')),
      /another text than was committed/,
    ],
    [
      'a text beside another entry',
      rewrite(details, (t) => t.replace('"entry":12', '"entry":13')),
      /nobody committed to/,
    ],
    ['a text twice', rewrite(details, (t) => t + t.slice(0, t.indexOf('\n') + 1)), /twice/],
    [
      'a line of another form',
      rewrite(details, (t) => t.replace('"entry":', '"entry":-')),
      /not in its form/,
    ],
    ['a line in another spelling', rewrite(details, (t) => t.replace('{', '{ ')), /not in its form/],
    [
      'how a session ended',
      rewrite(states, (t) => t.replace('"endedHow":"handed-back"', '"endedHow":"ran-out"')),
      /gives a different state of grant/,
    ],
    [
      'how many actions it had',
      rewrite(states, (t) => t.replace('"actions":3', '"actions":2')),
      /gives a different state of session/,
    ],
    [
      'a session that never was',
      rewrite(states, (t) => t + t.replace(/"id":"..../g, '"id":"AAAA')),
      /gives a different state/,
    ],
    [
      'the genesis in the manifest',
      rewrite('manifest.json', manifest('genesis', `"${toBase64url(new Uint8Array(32))}"`)),
      /gives a different genesis/,
    ],
    [
      'the log in the manifest',
      rewrite('manifest.json', manifest('log', '"other.example/1"')),
      /gives a different log/,
    ],
    [
      'the size in the manifest',
      rewrite('manifest.json', manifest('size', '39')),
      /gives a different size|does not belong|missing/,
    ],
    [
      'the count in the manifest',
      rewrite('manifest.json', manifest('disclosed', '25')),
      /gives a different number of entries/,
    ],
    [
      'a claim to be everything',
      rewrite('manifest.json', (t) => t.replace(/"cut":\{[^}]*\}/, '"cut":{"kind":"all"}')),
      /Entry 18 is missing/,
    ],
    [
      'another session in the manifest',
      rewrite('manifest.json', (t) => t.replace(story.decided.session ?? '', newId())),
      /do not contain this session/,
    ],
    [
      'a name twice in the manifest',
      rewrite('manifest.json', (t) => t.replace('{', '{"by":"host",')),
      /not one line of canonical JSON/,
    ],
    [
      'a manifest in another spelling',
      rewrite('manifest.json', (t) => t.replace('{', '{ ')),
      /not one line of canonical JSON/,
    ],
    ['more after the manifest', rewrite('manifest.json', (t) => `${t}\n`), /not one line of canonical JSON/],
    [
      'loose bits in the manifest',
      rewrite('manifest.json', (t) => t.replace(/("genesis":".{42})./, '$1B')),
      /manifest\.json in the bundle is not in its form/,
    ],
    [
      'loose bits in a salt',
      rewrite(details, (t) => t.replace(/("salt":".{42})./, '$1B')),
      /not in its form/,
    ],
    [
      'a tile of another width',
      (f) => void f.set('tile/0/000.p/39', new Uint8Array(39 * 32)),
      /does not belong/,
    ],
    ['a tile of another level', (f) => void f.set('tile/1/000.p/1', new Uint8Array(32)), /does not belong/],
    [
      'a bundle of entries as a tile',
      (f) => void f.set('tile/entries/000.p/40', utf8('x')),
      /does not belong/,
    ],
    ['the checkpoint', rewrite('checkpoint', (t) => t.replace('\n40\n', '\n39\n')), /signed|tile|does not/i],
    [
      'its signature',
      rewrite('checkpoint', (t) => t.replace(/.{8}\n$/, 'AAAAAAA=\n')),
      /not signed|cannot be read/,
    ],
    [
      'a hash',
      (f) => {
        const name = 'tile/0/000.p/40';
        const tile = f.get(name) ?? new Uint8Array();
        f.set(name, tile.with(32 * 20, (tile[32 * 20] ?? 0) ^ 1));
      },
      /do not lead to the root/,
    ],
    ['the hashes left out', (f) => void f.delete('tile/0/000.p/40'), /is missing/],
    ['the checkpoint left out', (f) => void f.delete('checkpoint'), /no checkpoint/],
    ['the manifest left out', (f) => void f.delete('manifest.json'), /no manifest\.json/],
    ['a file too many', (f) => void f.set('notes.txt', utf8('Trust me')), /notes\.txt does not belong/],
  ];

  test.each(edits)('%s: found and named', async (_, edit, reason) => {
    const files = await bundles.files(session());
    edit(files);
    const { verdict } = await bundles.verify(files);
    expect(verdict.state).toBe('failed');
    expect(verdict.sentence).toMatch(reason);
  });

  test('a last batch left out, with every count in the bundle made to fit: what the browser named is missing', async () => {
    const files = await bundles.files(session());
    for (const number of [17, 13]) rewrite(entries, withoutLine(new RegExp(`^${number} `)))(files);
    rewrite(details, (t) => t.replace(/^.*"entry":1[37].*\n/gm, ''))(files);
    files.delete(states);
    rewrite('manifest.json', manifest('disclosed', '25'))(files);
    const { verdict } = await bundles.verify(files);
    expect(verdict.state).toBe('unknown');
    expect(verdict.sentence).toMatch(
      /up to 1; the bundle has them up to 0\. The rest never arrived or was left out/,
    );
  });

  test.each([
    ['a version in the manifest', rewrite('manifest.json', (t) => t.replace('evidence/1', 'evidence/2'))],
    ['a field in the manifest', rewrite('manifest.json', (t) => t.replace('"made":', '"made":1,"more":'))],
    [
      'a cut in the manifest',
      rewrite('manifest.json', (t) => t.replace('"kind":"session"', '"kind":"shift"')),
    ],
    ['a field beside a text', rewrite(details, (t) => t.replace('"text":', '"sort":1,"text":'))],
    ['a kind of row', rewrite(states, (t) => t.replace('"kind":"request"', '"kind":"review"'))],
  ])('what a later version may have added cannot be judged: %s', async (_, edit) => {
    const files = await bundles.files(session());
    edit(files);
    expect((await bundles.verify(files)).verdict).toMatchObject({
      state: 'unknown',
      sentence: expect.stringMatching(/Use a newer one/) as string,
    });
  });

  test('the files for people may be damaged, changed or left out: that is said, and the rest is judged', async () => {
    for (const name of ['README.txt', 'verify.html']) {
      const bytes = new Uint8Array(await (await bundles.blob(session())).arrayBuffer());
      const at = Buffer.from(bytes).indexOf(name) + name.length + 6;
      const damaged = new Blob([bytes.with(at, (bytes[at] ?? 0) ^ 0x10)]);
      const { steps, verdict } = await verifyZip(damaged, bundles.pins);
      expect(verdict.state, verdict.sentence).toBe('ok');
      expect(steps.filter(({ state }) => state === 'note').map(({ sentence }) => sentence)).toContain(
        `${name} in it is damaged. It is there for people to read, and no result depends on it.`,
      );
      const files = await bundles.files(session());
      files.set(name, utf8('Other words.'));
      expect((await bundles.verify(files)).verdict.state).toBe('ok');
      files.delete(name);
      expect((await bundles.verify(files)).verdict.state).toBe('ok');
    }
  });

  let honest: Promise<Blob> | undefined;
  prop.prop([fc.nat(), fc.integer({ min: 1, max: 255 })], { numRuns: 100 })(
    'any byte of the ZIP: never a bundle that holds and says something else',
    async (where, mask) => {
      const blob = await (honest ??= bundles.blob(session()));
      const bytes = new Uint8Array(await blob.arrayBuffer());
      const at = where % bytes.length;
      const edited = new Blob([bytes.with(at, (bytes[at] ?? 0) ^ mask)]);
      const { verdict } = await verifyZip(edited, bundles.pins);
      if (verdict.state !== 'ok') return;
      // What is left are times and comments of the ZIP itself, and the two files that no signature covers.
      const [before, after] = [await unpack(blob), await unpack(edited)];
      for (const files of [before, after])
        for (const name of ['README.txt', 'verify.html', 'manifest.json']) files.delete(name);
      expect(after).toEqual(before);
    },
    60_000,
  );
});

describe('witnessed', () => {
  const outsider = new SoftBrowser('https://witness.example');
  const outside = cosignerKey('witness.example/a', fromBase64url(outsider.publicKey));
  const seconds = (): number => Math.floor(story.server.clock.wall() / 1000);
  let browser: SoftBrowser;
  let byBrowser: typeof outside;

  /** A browser and an outside witness cosign the newest checkpoint; then the log grows. */
  beforeAll(async () => {
    await story.ana.signIn();
    browser = await story.ana.pair();
    byBrowser = cosignerKey(browserKeyName(browser.log, browser.id), fromBase64url(browser.publicKey));
    const { note, size } = story.server.services.log.head;
    const line = await cosign(noteText(note), byBrowser, (message) => browser.signBytes(message), seconds());
    await call(browser.send, wire.cosignCheckpoint, { body: { checkpoint: note, line } });
    story.server.services.witnesses.store.keep({
      witness: outside.name,
      kind: 'outside',
      size,
      time: seconds(),
      note,
      line: await cosign(noteText(note), outside, (message) => outsider.signBytes(message), seconds()),
    });
    await story.server.wake();
  });

  const edited = async (edit: (note: string) => string | Promise<string>, cut = all()) => {
    const files = await bundles.files(cut);
    const note = fromUtf8(files.get('cosigned/000') ?? new Uint8Array());
    files.set('cosigned/000', utf8(await edit(note)));
    return bundles.verify(files);
  };

  test.each(cuts)('by how many people, and by which outside witnesses: %s', async (_, cut) => {
    const files = await bundles.files(cut());
    const { steps, verdict } = await bundles.verify(files);
    expect(verdict.state).toBe('ok');
    expect(said(steps)).toMatch(
      /^1 person cosigned this history through 1 browser \(ana\), \d+ of \d+ entries at .+ UTC at the latest\.$/m,
    );
    expect(said(steps)).toMatch(/cosignatures by witness\.example\/a, which were not checked\. Give the key/);
    const pinned = await bundles.verify(files, { ...bundles.pins, witnesses: [formatCosignerVkey(outside)] });
    expect(pinned.verdict.state).toBe('ok');
    expect(said(pinned.steps)).toMatch(/^witness\.example\/a cosigned \d+ of \d+ entries at /m);
  });

  test('a witness that is asked for and is not there leaves it unsure, as does a key that is none', async () => {
    const other = formatCosignerVkey(cosignerKey('witness.example/b', outside.publicKey));
    for (const [witness, reason] of [
      [other, /It has no cosignature by witness\.example\/b/],
      ['nonsense', /^“nonsense” is not a witness key: a verifier key is name\+id\+key\.$/],
    ] as const) {
      const { steps, verdict } = await bundles.verify(await bundles.files(session()), {
        ...bundles.pins,
        witnesses: [witness, formatCosignerVkey(outside)],
      });
      expect(verdict).toMatchObject({ state: 'unknown', sentence: expect.stringMatching(reason) as string });
      expect(said(steps)).toMatch(/^witness\.example\/a cosigned /m);
      expect(steps.at(-1)?.key).toBe('complete');
    }
  });

  test('without any it says so', async () => {
    const files = await bundles.files(all());
    files.delete('cosigned/000');
    expect(said((await bundles.verify(files)).steps)).toMatch(/^No browser has cosigned this history\./m);
  });

  test('case 64: another time, another text, another history, a longer log are red', async () => {
    const made = (text: string, key = byBrowser): Promise<string> =>
      cosign(text, key, (message) => browser.signBytes(message), seconds()).then(
        (line) => `${text}\n${line}`,
      );
    const changed = (note: string, line: number, to: string): string =>
      noteText(note)
        .split('\n')
        .map((was, at) => (at === line ? to : was))
        .join('\n');
    for (const [edit, reason] of [
      [(note: string) => note.replace(/(\/browser\/\S+ .{40}).{4}/, '$1AAAA'), /does not hold/],
      [(note: string) => note.replace(/^(.*\n)\d+/, '$11'), /does not hold/],
      [
        (note: string) => made(changed(note, 2, Buffer.alloc(32, 7).toString('base64'))),
        /cosigned another history of this log/,
      ],
      [(note: string) => made(changed(note, 1, '9999')), /its end is cut off/],
      [(note: string) => made(changed(note, 0, 'elsewhere.example/1')), /is of elsewhere\.example\/1/],
      [() => 'nonsense', /cannot be read/],
    ] as const) {
      const { verdict } = await edited(edit);
      expect(verdict).toMatchObject({ state: 'failed', sentence: expect.stringMatching(reason) as string });
    }
  });
});
