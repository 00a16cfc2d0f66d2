import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fromBase64, newId, random, toBase64url } from '#shared/bytes.ts';
import { decodeEntry } from '#shared/domain/entries.ts';
import { leafHash } from '#shared/log/merkle/hash.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { verifyConsistency, verifyInclusion } from '#shared/log/merkle/verify.ts';
import { openCheckpoint } from '#shared/log/note/checkpoint.ts';
import { parseVkey } from '#shared/log/note/keys.ts';
import { call } from '#shared/wire/client.ts';
import { verdictOf } from '../testing/log-files.ts';
import { wire } from '#shared/wire/index.ts';
import { protocolHeader } from '#shared/wire/protocol.ts';
import type { GrantView } from '#shared/domain/grants/views.ts';
import { verifyEd25519 } from '../log/key.ts';
import type { Person } from '../testing/person.ts';
import { type SoftBrowser, detail, refused } from '../testing/soft-browser.ts';
import { type TestServer, startServer } from '../testing/start.ts';

let server: TestServer;
let ana: Person;
let ben: Person;
let browser: SoftBrowser;
let turn = 0;
beforeAll(async () => {
  server = await startServer();
  ben = await server.person('ben', ['approver', 'auditor']);
});
beforeEach(async () => {
  ana = await server.person(`ana-${turn++}`, ['engineer']);
  browser = await ana.pair();
});
afterAll(() => server.remove());

const post = (body: object, by = browser) => call(by.send, wire.recordActions, { body: body as never });

async function running(): Promise<GrantView & { session: string }> {
  const request = await ana.ask(browser, { console: 'vault', seconds: 1800 });
  await ben.decide(request, 'approve');
  const grant = await ana.activate(browser, request.id);
  return { ...grant, session: grant.session ?? '' };
}
const shown = async (session: string) => call(ben.send, wire.showSession, { params: { session }, query: {} });

/** Checks a receipt as the extension does, from the tree that it holds. Returns the tree it then holds. */
async function check(
  receipt: Awaited<ReturnType<SoftBrowser['deliver']>>,
  held?: { size: number; root: Uint8Array },
) {
  const key = parseVkey(server.services.log.verifierKey);
  const { size, root, origin } = await openCheckpoint(receipt.checkpoint, key, verifyEd25519);
  expect(origin).toBe(server.services.log.origin);
  verifyInclusion(sha256, {
    leaf: leafHash(sha256, fromBase64(receipt.entry)),
    index: receipt.index,
    size,
    root,
    proof: receipt.inclusion.map(fromBase64),
  });
  if (held)
    verifyConsistency(sha256, {
      from: held.size,
      to: size,
      oldRoot: held.root,
      newRoot: root,
      proof: receipt.consistency.map(fromBase64),
    });
  return { size, root };
}

describe('a batch', () => {
  test('is one entry with the exact signed bytes, and its receipt proves it', async () => {
    const { session } = await running();
    const first = browser.batch([
      { console: 'vault', session, words: 'Opened the page Flows', kind: 'opened' },
    ]);
    const receipt = await server.appends(['actions.recorded'], () => browser.deliver(first));
    expect(decodeEntry(fromBase64(receipt.entry))).toMatchObject({
      body: { batch: first.batch, number: 0, violations: [] },
    });
    const held = await check(receipt);
    await server.person(`guest-${turn++}`, ['engineer']);
    const next = {
      ...browser.batch([{ console: 'vault', session, words: 'Clicked Deploy' }]),
      from: held.size,
    };
    await check(await browser.deliver(next), held);
    const { actions, session: view } = await shown(session);
    expect(actions.map(({ detail: d }) => d?.words)).toEqual(['Opened the page Flows', 'Clicked Deploy']);
    expect(view).toMatchObject({ actions: 2, violations: 0 });
  });

  test('case 46: sent again it gets the same index and no second entry', async () => {
    const body = browser.batch([{ console: 'queue', words: 'Opened a queue' }]);
    const [first, again] = [await post(body), await server.appends([], () => post(body))];
    expect(again.index).toBe(first.index);
    await check(again);
    const results = await Promise.all([post(body), post(body)]);
    expect(new Set(results.map(({ index }) => index))).toEqual(new Set([first.index]));
  });

  test('case 45: the same batch twice at once is one entry', async () => {
    const body = browser.batch([{ console: 'queue', words: 'Opened a queue' }]);
    const { size } = server.services.log;
    const results = await Promise.allSettled([post(body), post(body)]);
    const recorded = server.entries(size).filter(({ type }) => type === 'actions.recorded');
    expect(recorded).toHaveLength(1);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  });

  test('case 45: out of order is refused until what is missing came', async () => {
    const first = browser.batch([{ console: 'queue', words: 'One' }]);
    const skipped = browser.batch([{ console: 'queue', words: 'Three' }], { number: 2 });
    await server.appends(['attempt.refused'], async () =>
      expect(await refused(post(skipped))).toBe('statement_mismatch'),
    );
    await browser.deliver(first);
    await browser.deliver(browser.batch([{ console: 'queue', words: 'Two' }]));
  });

  test.each([
    ['another text under a used number', { number: 0, previous: '' }],
    ['a chain that forks', { previous: toBase64url(random(32)) }],
    ['a chain that begins anew', { previous: '' }],
  ])('by a copied profile suspends the browser, and the log keeps both: %s', async (_, alter) => {
    const { session, id } = await running();
    await browser.deliver(browser.batch([{ console: 'vault', session, words: 'One' }]));
    const second = browser.batch([{ console: 'vault', session, words: 'Another' }], alter);
    await server.appends(['browser.ended', 'grant.ended'], async () =>
      expect(await refused(post(second))).toBe('browser_suspended'),
    );
    const [ended, grant] = server.entries(server.services.log.size - 2);
    expect(ended).toMatchObject({ body: { how: 'suspended', evidence: second.batch } });
    expect(grant).toMatchObject({ body: { grant: id, how: 'suspended' } });
    // Everything that this key signs is refused from here on, the chain's true end included.
    const next = browser.batch([{ console: 'vault', session, words: 'Two' }]);
    await server.appends([], async () => expect(await refused(post(next))).toBe('browser_suspended'));
    expect(await refused(browser.renew())).toBe('browser_suspended');
    expect((await shown(session)).session).toMatchObject({ grant: { endedHow: 'suspended' }, actions: 1 });
  });

  test('case 52: by another browser is refused, and logged once', async () => {
    const bea = await server.person(`bea-${turn++}`, ['engineer']);
    const hers = await bea.pair();
    const body = browser.batch([{ console: 'queue', words: 'Clicked' }]);
    // A browser sends a batch again and again until it is taken.
    const again = async () => expect(await refused(post(body, hers))).toBe('proof_invalid');
    await server.appends(['attempt.refused'], again);
    await server.appends([], again);
  });

  test("case 50: about another's session is kept as a violation, is in nobody's session, and the log verifies", async () => {
    const { session } = await running();
    const bea = await server.person(`bea-${turn++}`, ['engineer']);
    const hers = await bea.pair();
    const claims = [session, newId()].map((of) => ({ console: 'queue', session: of, words: 'Clicked' }));
    await server.appends(['actions.recorded'], () => hers.deliver(hers.batch(claims)));
    expect(server.entries().at(-1)).toMatchObject({ body: { browser: hers.id, violations: [0, 1] } });
    const { actions, session: view } = await shown(session);
    expect([actions, view.actions, view.violations]).toEqual([[], 0, 0]);
    const { ungranted } = await call(ben.send, wire.live, {});
    expect(ungranted.slice(0, 2)).toMatchObject([
      { session: '', violation: true },
      { session: '', violation: true },
    ]);
    expect((await verdictOf(server)).state).toBe('ok');
  });

  test('case 52: captured on its way and replayed at another server, it is refused, whoever sends it', async () => {
    const batch = browser.batch([{ console: 'queue', words: 'Purged the queue' }]);
    await browser.nonce();
    const { method, path } = wire.recordActions;
    const captured = {
      method,
      headers: {
        'content-type': 'application/json',
        'countersign-browser': browser.id,
        [protocolHeader]: browser.protocol,
        'countersign-proof': browser.proof({ method, path, body: JSON.stringify(batch) }),
      },
      body: JSON.stringify(batch),
    };
    const other = await startServer();
    try {
      const eve = await other.person('eve', ['engineer']);
      const hers = await eve.pair();
      // The same browser, paired there with the same key and as far in its chain as here.
      const same = await eve.pair('The same one', browser.elsewhere(other.origin));
      expect(same.publicKey).toBe(browser.publicKey);
      await other.appends([], async () => {
        expect((await fetch(other.origin + path, captured)).status).toBe(401);
      });
      await other.appends(['attempt.refused'], async () =>
        expect(await refused(post(batch, hers))).toBe('proof_invalid'),
      );
      await other.appends(['attempt.refused'], async () =>
        expect(await refused(post(batch, same))).toBe('statement_mismatch'),
      );
      expect(other.entries().some(({ type }) => type === 'actions.recorded')).toBe(false);
      await same.deliver(same.batch([{ console: 'queue', words: 'Its own' }]));
    } finally {
      await other.remove();
    }
    // Where it belongs it is taken once, and its very call not again.
    await server.appends(['actions.recorded'], async () => {
      expect((await fetch(server.origin + path, captured)).status).toBe(200);
      expect((await fetch(server.origin + path, captured)).status).toBe(401);
    });
  });

  test.each<[string, (b: SoftBrowser) => object, string]>([
    [
      'for another log',
      (b) => b.batch([{ console: 'queue', words: 'x' }], { log: 'elsewhere/1' }),
      'statement_mismatch',
    ],
    [
      'in the name of another browser',
      (b) => b.batch([{ console: 'queue', words: 'x' }], { browser: newId() }),
      'statement_mismatch',
    ],
    ['with nothing in it', (b) => b.batch([]), 'invalid_input'],
    [
      'with a member more',
      (b) => b.batch([{ console: 'queue', words: 'x' }], { approved: true }),
      'invalid_input',
    ],
    [
      'with other words than committed to',
      (b) => ({ ...b.batch([{ console: 'queue', words: 'x' }]), details: [detail('{"words":"y"}')] }),
      'statement_mismatch',
    ],
    [
      'without its details',
      (b) => ({ ...b.batch([{ console: 'queue', words: 'x' }]), details: [] }),
      'statement_mismatch',
    ],
    [
      'from a size beyond the log',
      (b) => ({ ...b.batch([{ console: 'queue', words: 'x' }]), from: 1_000_000 }),
      'invalid_input',
    ],
    ['with a detail that is no action', (b) => b.batch([{ console: 'queue', words: '' }]), 'invalid_input'],
  ])('%s is refused and leaves no trace in state', async (_, make, code) => {
    const before = server.stateHash();
    expect(await refused(post(make(browser)))).toBe(code);
    expect(server.stateHash()).toBe(before);
  });

  test('an action in a console that is not in the policy any more is kept', async () => {
    await server.appends(['actions.recorded'], () =>
      post(browser.batch([{ console: 'gone', words: 'Opened' }])),
    );
  });
});

describe('violations', () => {
  test('case 51: what was done after the end is kept as a violation', async () => {
    const { session, id } = await running();
    await browser.deliver(browser.batch([{ console: 'vault', session, words: 'Before' }]));
    await ben.revoke(id);
    const late = browser.batch([
      { console: 'vault', session, words: 'After', at: server.clock.wall() + 1000 },
    ]);
    const receipt = await server.appends(['actions.recorded'], () => browser.deliver(late));
    expect(decodeEntry(fromBase64(receipt.entry))).toMatchObject({ body: { violations: [0] } });
    const { session: view, actions } = await shown(session);
    expect(view).toMatchObject({ actions: 2, violations: 1 });
    expect(actions.map(({ violation }) => violation)).toEqual([false, true]);
  });

  test('case 51: a policy that changes later changes no judgement, and one in watch mode forbids nothing', async () => {
    const request = await ana.ask(browser, { console: 'queue', seconds: 900 });
    const { id, session = '' } = await ana.activate(browser, request.id);
    await ben.revoke(id);
    const late = browser.batch([
      { console: 'queue', session, words: 'After', at: server.clock.wall() + 1000 },
    ]);
    const { entry } = await browser.deliver(late);
    expect(decodeEntry(fromBase64(entry))).toMatchObject({ body: { violations: [] } });
    const { session: view, actions } = await shown(session);
    expect([view.violations, ...actions.map(({ violation }) => violation)]).toEqual([0, false]);
  });

  test('in a closed console without a session is one, in a watched one it is not', async () => {
    const closed = await browser.deliver(browser.batch([{ console: 'vault', words: 'Got in' }]));
    const watched = await browser.deliver(browser.batch([{ console: 'queue', words: 'Looked' }]));
    expect([closed, watched].map(({ entry }) => decodeEntry(fromBase64(entry)).body)).toMatchObject([
      { violations: [0] },
      { violations: [] },
    ]);
  });
});

describe('who sees what', () => {
  test('the engineer sees their own session whole, another engineer none of it', async () => {
    const { session } = await running();
    await browser.deliver(browser.batch([{ console: 'vault', session, words: 'Clicked <b>Deploy</b>' }]));
    const own = await call(ana.send, wire.showSession, { params: { session }, query: {} });
    expect(own.actions).toMatchObject([{ detail: { words: 'Clicked <b>Deploy</b>' }, session }]);
    expect(own.story.steps.map(({ type }) => type)).toEqual([
      'request.asked',
      'request.decided',
      'session.started',
    ]);
    expect((await call(ana.send, wire.listSessions, { query: {} })).sessions.map(({ id }) => id)).toEqual([
      session,
    ]);
    const bea = await server.person(`bea-${turn++}`, ['engineer']);
    expect(await refused(call(bea.send, wire.showSession, { params: { session }, query: {} }))).toBe(
      'not_found',
    );
    expect((await call(bea.send, wire.listSessions, { query: {} })).sessions).toEqual([]);
    expect(await refused(call(bea.send, wire.listSessions, { query: { whose: 'all' } }))).toBe('forbidden');
    expect(await refused(call(bea.send, wire.live, {}))).toBe('forbidden');
  });

  test('the live view shows the last actions in words', async () => {
    const { session } = await running();
    await browser.deliver(
      browser.batch([{ console: 'vault', session, words: 'Deployed flows (POST /flows)' }]),
    );
    const { sessions } = await call(ben.send, wire.live, {});
    const found = sessions.find(({ session: view }) => view.id === session);
    expect(found?.latest.map(({ detail: d }) => d?.words)).toEqual(['Deployed flows (POST /flows)']);
  });
});
