import type * as Library from '@testing-library/preact';
import { Window } from 'happy-dom';
import type * as Ui from '#shared/ui/index.ts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Drawn } from '#shared/verify/drawn.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { Bundles, said } from '../../testing/bundles.ts';
import type { Person } from '../../testing/person.ts';
import { type TestServer, startServer } from '../../testing/start.ts';
import { drawnOf } from './drawn.ts';
import type * as StoryLines from './story.tsx';

/** One session that three people approved, each with a key of their own and for another reason: case 102. */
const parts = [
  {
    approver: 'ben',
    why: 'Queue is stuck, page 4711',
    words: /^Approved ana to change Vault for 15 minutes/,
  },
  {
    approver: 'bob',
    why: 'Consumer 3 needs a restart as well',
    words: /^Extended the session of ana in Vault/,
  },
  { approver: 'cleo', why: 'Waiting for the replay to end', words: /^Extended the session of ana in Vault/ },
] as const;

let server: TestServer;
let ana: Person;
let session: string;
let bundles: Bundles;
let page: typeof Library;
let ui: typeof Ui;
let lines: typeof StoryLines;

beforeAll(async () => {
  server = await startServer();
  ana = await server.person('ana', ['engineer']);
  const browser = await ana.pair();
  let grant: string | undefined;
  for (const { approver, why } of parts) {
    const by = await server.person(approver, ['approver']);
    const request = await ana.ask(
      browser,
      { console: 'vault', seconds: 900, ...(grant === undefined ? {} : { extends: grant }) },
      why,
    );
    await by.decide(request, 'approve');
    if (grant !== undefined) continue;
    const started = await ana.activate(browser, request.id);
    grant = started.id;
    session = started.session ?? '';
    await browser.deliver(browser.batch([{ console: 'vault', session, words: 'Opened the vault' }]));
  }
  await (await server.person('dee', ['approver'])).revoke(grant ?? '', 'Over for today');
  bundles = new Bundles(server);
  const window = new Window({ url: server.origin });
  vi.stubGlobal('window', window);
  for (const name of ['document', 'HTMLElement'] as const) vi.stubGlobal(name, window[name]);
  page = await import('@testing-library/preact');
  ui = await import('#shared/ui/index.ts');
  lines = await import('./story.tsx');
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await server.remove();
});

const shown = () => call(server.admin.send, wire.showSession, { params: { session }, query: { after: -1 } });
const verify = async (drawn: Drawn) =>
  bundles.verify(await bundles.files({ kind: 'session', session }), bundles.pins, drawn);

describe('case 102: a session that three people approved', () => {
  test('each line of the page shows its own words, its own person, its own key and its own texts', async () => {
    const all = lines.storyLines(await shown(), { show: 'all', find: '' });
    page.render(<ui.Timeline label="Story" lines={all} />);
    const drawn = page.screen
      .getAllByRole('listitem')
      .map((item) => item.textContent.replaceAll(/\s+/g, ' '));
    const asks = drawn.filter((text) => text.includes('Requested '));
    const decisions = drawn.filter((text) => /Approved ana|Extended the session of ana in/.test(text));
    expect([asks.length, decisions.length]).toEqual([3, 3]);
    for (const [n, { approver, why }] of parts.entries()) {
      expect(asks[n]).toContain(why);
      expect(decisions[n]).toContain(`by ${approver}`);
      expect(decisions[n]).toContain(`Signed with ${approver}'s key, unattested`);
      for (const other of parts.filter((part) => part.approver !== approver)) {
        expect(asks[n]).not.toContain(other.why);
        expect(decisions[n]).not.toContain(other.approver);
      }
    }
    expect(drawn.at(-1)).toMatch(/Revoked the access of ana to Vault by dee.*Over for today/);
    page.cleanup();
  });

  test('and so does the verdict, which finds that the page shows what the log tells', async () => {
    const { steps, verdict } = await verify(drawnOf(await shown()));
    expect(verdict.state, verdict.sentence).toBe('ok');
    const all = said(steps);
    expect(all).toMatch(/^What this page shows matches the log: 8 steps and 1 action\.$/m);
    expect(all).toMatch(/^5 texts shown here are exactly what was committed to\.$/m);
    for (const { approver, words } of parts)
      expect(all).toMatch(
        new RegExp(
          `${words.source.replace('Vault', 'vault')}.*: ${approver}, at .* with the key “${approver}'s key” \\(unattested\\)`,
          'm',
        ),
      );
  });
});

describe('a page that shows something else than the log tells is red', () => {
  /** The drawn session with one thing changed. */
  const lies: [string, (drawn: Drawn) => Drawn][] = [
    [
      "the first approver's key at more time",
      (drawn) => {
        const [first] = drawn.steps.filter(({ type }) => type === 'request.decided');
        return {
          ...drawn,
          steps: drawn.steps.map((step) =>
            step.type === 'request.decided' && first?.key ? { ...step, key: first.key } : step,
          ),
        };
      },
    ],
    [
      'the first justification at more time',
      (drawn) => {
        const [first] = drawn.steps;
        return {
          ...drawn,
          steps: drawn.steps.map((step) =>
            step.type === 'request.asked' ? { ...step, texts: first?.texts ?? [] } : step,
          ),
        };
      },
    ],
    ['another person', (drawn) => withStep(drawn, 1, { who: 'cleo' })],
    ['other words', (drawn) => withStep(drawn, 1, { words: 'Denied the request of ana' })],
    ['a later end', (drawn) => withStep(drawn, 1, { until: (drawn.steps[1]?.until ?? 0) + 1 })],
    ['another time', (drawn) => withStep(drawn, 2, { at: 1 })],
    [
      'an erasure that was none',
      (drawn) => withStep(drawn, 0, { erased: { at: 1, entry: 1, by: ['cleo'] } }),
    ],
    ['a step left out', (drawn) => ({ ...drawn, steps: drawn.steps.filter((_, n) => n !== 5) })],
    ['the revocation left out', (drawn) => ({ ...drawn, steps: drawn.steps.slice(0, -1) })],
    ['a step twice', (drawn) => ({ ...drawn, steps: [...drawn.steps, ...drawn.steps.slice(-1)] })],
    ['steps in another order', (drawn) => ({ ...drawn, steps: drawn.steps.toReversed() })],
    ['the name of another person', (drawn) => ({ ...drawn, facts: { ...drawn.facts, person: 'bob' } })],
    [
      'the name of another console',
      (drawn) => ({ ...drawn, facts: { ...drawn.facts, console: { id: 'vault', name: 'Kitchen' } } }),
    ],
    ['that it ended otherwise', (drawn) => ({ ...drawn, facts: { ...drawn.facts, endedHow: 'ran-out' } })],
    ['fewer actions', (drawn) => ({ ...drawn, facts: { ...drawn.facts, actions: 0 } })],
    ['no actions', (drawn) => ({ ...drawn, actions: [] })],
    ['an action twice', (drawn) => ({ ...drawn, actions: [...drawn.actions, ...drawn.actions] })],
    [
      'an action at another time',
      (drawn) => ({ ...drawn, actions: drawn.actions.map((action) => ({ ...action, at: 1 })) }),
    ],
    [
      'a violation that was none',
      (drawn) => ({ ...drawn, actions: drawn.actions.map((action) => ({ ...action, violation: true })) }),
    ],
    [
      'another text',
      (drawn) => ({ ...drawn, texts: drawn.texts.map((text) => ({ ...text, text: `${text.text}!` })) }),
    ],
  ];
  const withStep = (drawn: Drawn, at: number, change: object): Drawn => ({
    ...drawn,
    steps: drawn.steps.map((step, n) => (n === at ? { ...step, ...change } : step)),
  });

  test.each(lies)('%s', async (_, lie) => {
    const drawn = drawnOf(await shown());
    const told = lie(drawn);
    expect(told).not.toEqual(drawn);
    const { verdict } = await verify(told);
    expect(verdict.state, verdict.sentence).toBe('failed');
    expect(verdict.sentence).toMatch(/page|shown here/);
  });

  test('a page from before the revocation is told that the log goes on', async () => {
    const drawn = drawnOf(await shown());
    const end = drawn.steps.at(-1)?.entry ?? 0;
    const { ended: _, endedHow: __, endedBy: ___, ...facts } = drawn.facts;
    const reason = drawn.steps.at(-1)?.texts[0]?.commitment;
    const earlier = {
      ...drawn,
      size: end,
      facts,
      steps: drawn.steps.slice(0, -1),
      texts: drawn.texts.filter(({ commitment }) => commitment !== reason),
    };
    const { steps, verdict } = await verify(earlier);
    expect(verdict.state, said(steps)).toBe('unknown');
    expect(verdict.sentence).toMatch(
      /^The log has more than this page shows: Revoked the access of ana to Vault, by dee \(entry \d+\)\. Reload the page\.$/,
    );
  });
});
