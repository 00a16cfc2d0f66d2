import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromUtf8, newId, toBase64url, utf8 } from '#shared/bytes.ts';
import type { Cut } from '#shared/domain/exports/entries.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { type BundleFiles, Bundles, heldForged, said } from '../../server/testing/bundles.ts';
import { Forgery } from '../../server/testing/forgery.ts';
import { startServer } from '../../server/testing/start.ts';
import { type Story, tellStory } from '../../server/testing/scenario.ts';
import { drawnOf } from '../../server/web/session/drawn.ts';
import type { Drawn } from './drawn.ts';

let story: Story;
let bundles: Bundles;
beforeAll(async () => {
  story = await tellStory();
  bundles = new Bundles(story.server);
});
afterAll(() => story.server.remove());

const verify = async (session = '', drawn?: Drawn, from = bundles) =>
  from.verify(await from.files({ kind: 'session', session }), from.pins, drawn);
const drawn = async (session: string | undefined): Promise<Drawn> =>
  drawnOf(
    await call(story.server.admin.send, wire.showSession, {
      params: { session: session ?? '' },
      query: { after: -1 },
    }),
  );

describe('a session', () => {
  test('that was approved is told from ask to end', async () => {
    const { steps, verdict } = await verify(story.decided.session);
    expect(verdict).toEqual({
      state: 'ok',
      sentence: 'Everything in this bundle holds: 3 actions of this session; 27 of 40 entries, 20 touches.',
    });
    for (const sentence of [
      /^Requested access to change vault for 30 minutes: ana, at .* UTC, signed by the browser “Chromium on Linux” \(entry 9\)\.$/m,
      /^Approved ana to change vault for 30 minutes: ben, at .*, until .* UTC, with the key “ben's key” \(unattested\) \(entry 10\); policy named them\.$/m,
      /^Started vault: ana, at .*, until .* UTC, with the key “ana's key” \(unattested\) \(entry 11\)\.$/m,
      /^Requested 15 minutes more in vault: ana, .* \(entry 14\)\.$/m,
      /^Extended the session of ana in vault; \d+ minutes left: ben, .* \(entry 15\); policy named them\.$/m,
      /^3 actions were recorded in 3 batches of this browser, between numbers 0 and 2, in an unbroken chain\. 1 of them is later than its end\.$/m,
      /^Ended their own access to vault: ana, at .* UTC, signed by the browser \(entry 16\)\.$/m,
      /^Every batch is included, from its start to number 1, the last one by the browser's word at the end \(entry 16\)\.$/m,
      /^13 entries are not disclosed and stand here by hash only\. .* you have the word of whoever made the bundle\. .*$/m,
    ])
      expect(said(steps)).toMatch(sentence);
  });

  test('that nobody decided says so, and who revoked it', async () => {
    const { steps, verdict } = await verify(story.selfApproved.session);
    expect(verdict.state).toBe('ok');
    const all = said(steps);
    expect(all).toMatch(/^Started queue, self-approved: ana, .* \(entry 19\)\.$/m);
    expect(all).toMatch(
      /^Extended their session in queue, self-approved; \d+ minutes left: ana, .*, until .* \(entry 21\)\.$/m,
    );
    expect(all).toMatch(/^Revoked the access of ana to queue: ben, at .* UTC \(entry 22\)\.$/m);
    expect(all).toMatch(/^None of its actions are included\.$/m);
  });

  test('that the log does not know is red', async () => {
    expect((await verify(newId())).verdict).toEqual({
      state: 'failed',
      sentence: 'Its entries do not contain this session.',
    });
  });

  test('in a log that does not hold is red', async () => {
    const log = new Forgery(story.server);
    const { index, entries } = log.change('session.started', 0, (body) => void body.terms.until--);
    const held = await heldForged(log, story.server, entries);
    const forged = new Bundles(story.server, () => held);
    const { verdict } = await verify(story.decided.session, undefined, forged);
    expect(verdict).toMatchObject({ state: 'failed', entry: index });
  });
});

describe('a page that draws it', () => {
  test('shows what the log tells, with every text as it was committed to', async () => {
    for (const { session } of [story.decided, story.selfApproved]) {
      const { steps, verdict } = await verify(session, await drawn(session));
      expect(verdict.state, verdict.sentence).toBe('ok');
      expect(said(steps)).toMatch(/^\d+ texts shown here are exactly what was committed to\.$/m);
      expect(said(steps)).toMatch(/^What this page shows matches the log: \d+ steps and \d actions?\.$/m);
    }
  });

  test('is red with another session, another text, or a text that nobody committed to here', async () => {
    const own = await drawn(story.decided.session);
    const other = await drawn(story.selfApproved.session);
    const [text] = own.texts;
    if (!text) throw new Error('a text is missing');
    for (const lie of [
      other,
      { ...own, texts: other.texts },
      { ...own, texts: [{ ...text, text: 'Just looking' }] },
      // A commitment that is right in itself and in no entry of this log.
      { ...own, texts: [{ ...text, commitment: toBase64url(new Uint8Array(32)) }] },
    ])
      expect((await verify(story.decided.session, lie)).verdict.state).toBe('failed');
  });
});

describe('what a part of a log cannot show', () => {
  /** A bundle without these entries, with every count in it made to fit. */
  const without = async (cut: Cut, gone: readonly number[]): Promise<BundleFiles> => {
    const files = await bundles.files(cut);
    const text = (name: string): string => fromUtf8(files.get(name) ?? new Uint8Array());
    const lines = (name: string, drop: (line: string) => boolean): void => {
      const kept = text(name)
        .split('\n')
        .filter((line) => !drop(line));
      files.set(name, utf8(kept.join('\n')));
    };
    lines('entries/000.txt', (line) => gone.includes(Number(line.split(' ')[0] || -1)));
    lines('details/000.jsonl', (line) => gone.some((index) => line.includes(`"entry":${index},`)));
    files.delete('states/000.jsonl');
    const disclosed = text('entries/000.txt').split('\n').length - 1;
    files.set(
      'manifest.json',
      utf8(text('manifest.json').replace(/"disclosed":\d+/, `"disclosed":${disclosed}`)),
    );
    return files;
  };
  const cuts = (session = '', console = ''): Cut[] => [
    { kind: 'session', session },
    { kind: 'person', person: story.ana.id },
    { kind: 'console', console },
    { kind: 'period', from: 0, to: 4_000_000_000_000 },
  ];

  test('a revocation that was left out: it is not said to be running, but that its end is not here', async () => {
    for (const cut of cuts(story.selfApproved.session, 'queue')) {
      const { steps, verdict } = await bundles.verify(await without(cut, [22]));
      expect(verdict.state, `${cut.kind}: ${verdict.sentence}`).toBe('ok');
      const all = `${said(steps)}\n${verdict.sentence}`;
      expect(all, cut.kind).not.toMatch(/still running|is whole|is complete/i);
      expect(all, cut.kind).toMatch(
        cut.kind === 'session'
          ? /^Its end is not included\. .* cannot be shown from a part of the log\. Export the whole log for that\.$/m
          : /its end is not included/,
      );
      expect(all, cut.kind).toMatch(
        /such as a revocation, an extension or .* the word of whoever made the bundle/,
      );
    }
  });

  test('more time that was left out: nothing is called whole', async () => {
    for (const cut of cuts(story.decided.session, 'vault')) {
      const { steps, verdict } = await bundles.verify(await without(cut, [14, 15]));
      expect(verdict.state, `${cut.kind}: ${verdict.sentence}`).toBe('ok');
      const all = `${said(steps)}\n${verdict.sentence}`;
      expect(all, cut.kind).not.toMatch(/still running|is whole|is complete|the session is/i);
      expect(all, cut.kind).toMatch(
        /such as a revocation, an extension or .* the word of whoever made the bundle/,
      );
    }
  });

  test('a bundle in which every entry is tells of a session that runs', async () => {
    const server = await startServer();
    try {
      const ana = await server.person('ana', ['engineer']);
      const browser = await ana.pair();
      const { session } = await ana.activate(
        browser,
        (await ana.ask(browser, { console: 'queue', seconds: 900 })).id,
      );
      const { steps, verdict } = await verify(session, undefined, new Bundles(server));
      expect(verdict.state).toBe('ok');
      expect(said(steps)).toMatch(/^It was still running, until .* UTC at the latest\.$/m);
    } finally {
      await server.remove();
    }
  });
});

test('case 46: what a browser had recorded at its end and has not delivered is said, not called red', async () => {
  const server = await startServer();
  try {
    const ana = await server.person('ana', ['engineer']);
    const browser = await ana.pair();
    const grant = await ana.activate(
      browser,
      (await ana.ask(browser, { console: 'queue', seconds: 900 })).id,
    );
    browser.chain = { number: 2, hash: '' };
    const end = browser.end(grant.id);
    await call(browser.send, wire.endGrant, { params: { grant: grant.id }, body: { end } });
    const forgery = new Forgery(server);
    const { verdict } = await forgery.verify(await forgery.seal());
    expect(verdict.state).toBe('unknown');
    expect(verdict.sentence).toMatch(/recorded batches up to 2; the log has none/);
    const cut = await verify(grant.session, undefined, new Bundles(server));
    expect(cut.verdict.state).toBe('unknown');
    expect(cut.verdict.sentence).toMatch(/recorded batches up to 2; the bundle has none/);
  } finally {
    await server.remove();
  }
});
