import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId, toBase64url } from '#shared/bytes.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { Bundles, heldForged, said } from '../../server/testing/bundles.ts';
import { Forgery } from '../../server/testing/forgery.ts';
import { startServer } from '../../server/testing/start.ts';
import { type Story, tellStory } from '../../server/testing/story.ts';
import type { ShownDetail } from './beside.ts';

let story: Story;
let bundles: Bundles;
beforeAll(async () => {
  story = await tellStory();
  bundles = new Bundles(story.server);
});
afterAll(() => story.server.remove());

const verify = async (session = '', details: Record<string, ShownDetail> = {}, from = bundles) =>
  from.verify(await from.files({ kind: 'session', session }), from.pins, Object.values(details));
const shown = async (session: string | undefined) =>
  call(story.server.admin.send, wire.showSession, {
    params: { session: session ?? '' },
    query: { after: -1 },
  });

describe('a session', () => {
  test('that was approved is told from ask to end', async () => {
    const { steps, verdict } = await verify(story.decided.session);
    expect(verdict).toEqual({
      state: 'ok',
      sentence: 'Everything in this bundle holds: this session with 3 actions; 26 of 39 entries, 19 touches.',
    });
    for (const sentence of [
      /^ana asked at .* UTC to change vault for 30 minutes, signed by the browser “Chromium on Linux” \(entry 9\)\.$/m,
      /^ben approved change of vault until .* UTC with the key “ben's key” \(unattested\) \(entry 10\); policy named them\.$/m,
      /^ana started it until .* UTC with the key “ana's key” \(unattested\), for that browser and no other \(entry 11\)\.$/m,
      /^ben approved .* \(entry 15\); policy named them\.$/m,
      /^3 actions were recorded in 3 batches of this browser, between numbers 0 and 2, in a chain without a gap\. 1 of them is later than its end\.$/m,
      /^Handed vault back: at .* UTC by ana, signed by the browser \(entry 16\)\.$/m,
      /^The session is whole: .* number 1, which the browser named at its end \(entry 16\)\.$/m,
      /^13 entries are not disclosed and stand here by hash only\. .* is the word of whoever made the bundle\.$/m,
    ])
      expect(said(steps)).toMatch(sentence);
  });

  test('that nobody decided says so, and who revoked it', async () => {
    const { steps, verdict } = await verify(story.undecided.session);
    expect(verdict.state).toBe('ok');
    const all = said(steps);
    expect(all).toMatch(/^Nobody decided: policy lets ana open it with their own touch\.$/m);
    expect(all).toMatch(/^ana lengthened it until .* \(entry 21\)\.$/m);
    expect(all).toMatch(/^Revoked the access of ana to queue: at .* UTC by ben \(entry 22\)\.$/m);
    expect(all).toMatch(/^No action was recorded in it\.$/m);
  });

  test('that the log does not know is red', async () => {
    expect((await verify(newId())).verdict).toEqual({
      state: 'failed',
      sentence: 'Its entries know no such session.',
    });
  });

  test('in a log that does not hold is red', async () => {
    const log = new Forgery(story.server);
    const { index, entries } = log.change('session.started', 0, (body) => void body.terms.until--);
    const held = await heldForged(log, story.server, entries);
    const forged = new Bundles(story.server, () => held);
    const { verdict } = await verify(story.decided.session, {}, forged);
    expect(verdict).toMatchObject({ state: 'failed', entry: index });
  });
});

describe('free texts shown beside it', () => {
  test('are those that were committed to, or it is red', async () => {
    const { justification } = (await shown(story.decided.session)).request;
    const { reason } = (await shown(story.undecided.session)).session.grant;
    if (!justification || !reason) throw new Error('a text is missing');
    const { steps, verdict } = await verify(story.decided.session, { justification });
    expect(verdict.state).toBe('ok');
    expect(said(steps)).toMatch(/^1 text shown here is exactly what was committed to\.$/m);
    const other = { ...justification, text: 'Just looking' };
    expect((await verify(story.decided.session, { reason, other })).verdict).toMatchObject({
      state: 'failed',
    });
    // A commitment that is right in itself and in no entry of this log.
    const stray = { ...reason, commitment: toBase64url(new Uint8Array(32)) };
    expect((await verify(story.undecided.session, { stray })).verdict).toMatchObject({ state: 'failed' });
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
    const cut = await verify(grant.session, {}, new Bundles(server));
    expect(cut.verdict.state).toBe('unknown');
    expect(cut.verdict.sentence).toMatch(/recorded batches up to 2; the bundle has none/);
  } finally {
    await server.remove();
  }
});
