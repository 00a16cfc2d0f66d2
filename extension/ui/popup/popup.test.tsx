// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { sentences } from '#shared/errors.ts';
import { noStatus, writeStatus, type Status } from '../../platform/status.ts';
import { PairPage } from '../pair/PairPage.tsx';
import { aGrant, aRequest, aStatus } from '../testing.ts';
import { Popup } from './Popup.tsx';

// The polyfill refuses to load outside an extension; the fake has its promises already.
vi.mock('webextension-polyfill', async () => ({
  default: (await import('wxt/testing/fake-browser')).fakeBrowser,
}));

/** Popup and pair page over the real status and messages; only the browser beneath is a fake. */
const sent: unknown[] = [];
const wanted: unknown[] = [];
let answers: Record<string, unknown>;
let allowed: boolean;
let tab: string;

const reconcile = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await act(() => new Promise((done) => setTimeout(done, 5)));
};
const press = async (name: string | RegExp): Promise<void> => {
  fireEvent.click(screen.getByRole('button', { name }));
  await reconcile();
};
const show = async (status: Partial<Status>, page = <Popup />): Promise<void> => {
  await writeStatus({ ...aStatus(), ...status });
  render(page);
  await reconcile();
};

beforeEach(() => {
  fakeBrowser.reset();
  vi.stubGlobal('chrome', fakeBrowser);
  sent.length = 0;
  wanted.length = 0;
  answers = { pair: { ok: true, value: { code: '7KQ2-M9XD' } } };
  allowed = true;
  tab = 'https://example.com/';
  fakeBrowser.runtime.onMessage.addListener(
    (message: { type: string }, _: unknown, answer: (value: unknown) => void) => {
      if (message.type !== 'refresh') sent.push(message);
      answer(answers[message.type] ?? { ok: true, value: { ok: true } });
      return true;
    },
  );
  fakeBrowser.permissions.request = ((permissions: unknown) => {
    wanted.push(permissions);
    return Promise.resolve(allowed);
  }) as typeof fakeBrowser.permissions.request;
  fakeBrowser.tabs.query = (() => Promise.resolve([{ url: tab }])) as typeof fakeBrowser.tabs.query;
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('the popup', () => {
  const soon = (id: string, minutes: number) =>
    aGrant({
      id,
      console: { id, name: id },
      status: 'running',
      open: true,
      localUntil: Date.now() + minutes * 60_000 + 500,
    });

  it('shows all running sessions, soonest end first, and none that is over', async () => {
    await show({ grants: [soon('later', 40), soon('over', -1), soon('first', 3), soon('middle', 12)] });
    expect(screen.getAllByRole('heading', { level: 2 }).map((one) => one.textContent)).toEqual([
      'first',
      'middle',
      'later',
    ]);
    expect(screen.getAllByRole('timer').map((one) => one.textContent)).toEqual(['3:01', '13 min', '41 min']);
  });

  it('ends a session after one question in place', async () => {
    await show({ grants: [soon('rabbit', 12)] });
    await press('End now rabbit');
    expect(sent).toEqual([]);
    await press('Keep open');
    await press('End now rabbit');
    await press('End now');
    expect(sent).toEqual([{ type: 'end', input: { grant: 'rabbit' } }]);
  });

  it('marks what was self-approved and what is unconfirmed', async () => {
    await show({ grants: [{ ...soon('rabbit', 12), basis: 'self-approved', confirmed: false }] });
    expect(screen.getByText('Self-approved')).toBeTruthy();
    expect(screen.getByText('Unconfirmed')).toBeTruthy();
  });

  it('counts down to the moment at which the server’s silence shuts a session', async () => {
    const cutoff = Date.now() + 41_500;
    await show({
      reachable: false,
      unreachableSince: Date.now(),
      grants: [{ ...soon('rabbit', 12), cutoff }, { ...soon('kept', 30) }],
    });
    const row = (name: string) =>
      within(screen.getByRole('heading', { level: 2, name }).closest('li') ?? document.body);
    expect(row('rabbit').getByText(/This console shuts in/).textContent).toMatch(/0:4[12]/);
    expect(row('rabbit').getByText('Save your work now')).toBeTruthy();
    expect(row('kept').queryByText('Save your work now')).toBeNull();
  });

  it.each(['extension_outdated', 'server_outdated'] as const)(
    'says who has to update what: %s',
    async (unfit) => {
      await show({ unfit });
      expect(screen.getByText('Server and extension are incompatible')).toBeTruthy();
      expect(screen.getByText(sentences[unfit])).toBeTruthy();
    },
  );

  it('starts what was approved', async () => {
    await show({ requests: [aRequest({ status: 'approved', grant: aGrant() })] });
    await press('Start with your key');
    expect(sent).toEqual([{ type: 'activate', input: { request: 'request' } }]);
  });

  it('says who is there for what waits', async () => {
    const deciders = [{ id: 'sam', handle: 'sam', online: true }];
    await show({ requests: [aRequest({ deciders })] });
    expect(screen.getByText('1 approver online')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Copy link for an approver' })).toBeTruthy();
  });

  it('offers to ask for the console in the tab, unless that is under way', async () => {
    tab = 'https://grafana.example.com/d/1';
    await show({});
    const here = screen.getByRole('region', { name: 'Grafana' });
    expect(within(here).getByRole('button', { name: 'Request access' })).toBeTruthy();
    await act(() => writeStatus(aStatus({ requests: [aRequest()] })));
    await reconcile();
    expect(screen.queryByRole('button', { name: 'Request access' })).toBeNull();
  });

  it('offers nothing while everything is shut, and says what to do (case 61, T28)', async () => {
    tab = 'https://grafana.example.com/d/1';
    const offers = () => screen.queryAllByText(/Request access|Nothing is open/);
    await show({ fork: { held: 'a', shown: 'b', at: 1, told: true } });
    expect(screen.getByText(/choose “Pair this browser”/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Copy both checkpoints' })).toBeTruthy();
    expect(offers()).toEqual([]);
    await act(() => writeStatus(aStatus({ outbox: { size: 9, full: true, trouble: '' } })));
    await reconcile();
    expect(screen.getByText(/Every console is shut until they are delivered/)).toBeTruthy();
    expect(offers()).toEqual([]);
  });

  it('asks for missing hosts in the click, and says so when they are refused (T33)', async () => {
    const missing = ['https://grafana.example.com/*'];
    allowed = false;
    await show({ missing });
    await press('Allow these hosts');
    expect(wanted).toEqual([{ origins: missing }]);
    expect(screen.getByText(/Permission was not granted/)).toBeTruthy();
    allowed = true;
    await press('Allow these hosts');
    expect(sent.at(-1)).toEqual({ type: 'permissions', input: {} });
    expect(screen.queryByText(/Permission was not granted/)).toBeNull();
  });

  it('offers the one Pair button over a companion page that waits, and only there', async () => {
    tab = `https://cs.example.com/pair#${'t'.repeat(43)}|grafana.example.com`;
    await show(noStatus);
    await press('Pair with cs.example.com');
    const [opened] = (await fakeBrowser.tabs.query({})).slice(-1);
    expect(opened).toBeTruthy();
    cleanup();
    tab = 'https://cs.example.com/';
    await show(noStatus);
    expect(screen.queryByRole('button')).toBeNull();
    expect(screen.getByText(/choose “Pair this browser”/)).toBeTruthy();
  });
});

describe('the popup of a managed browser', () => {
  const managed = { server: 'https://own.example.com', fault: '', hosts: ['vault.test'] };
  const open = vi.fn();

  it('leads to the server that its policy names, also over the page of another one', async () => {
    fakeBrowser.tabs.create = open as typeof fakeBrowser.tabs.create;
    tab = `https://other.example.com/pair#${'A'.repeat(43)}|vault.test`;
    await show({ ...noStatus, server: managed.server, managed });
    expect(screen.getByText(/Sign in to own.example.com/)).toBeTruthy();
    await press('Pair this browser');
    expect(open).toHaveBeenCalledWith({ url: 'https://own.example.com/pair' });
  });

  it('says what is wrong with a policy that cannot be read whole', async () => {
    await show({ ...noStatus, managed: { ...managed, fault: 'hosts: *: A star may stand …' } });
    expect(screen.getByText('This browser’s policy has an error')).toBeTruthy();
    expect(screen.getByText(/A star may stand/)).toBeTruthy();
    expect(screen.queryAllByRole('button')).toEqual([]);
  });
});

describe('what a server before keeps shut', () => {
  const former = { server: 'https://old.example.com', names: ['Vault'], hosts: ['vault.test'] };

  it('is named with who can release it, and with what is left where nobody can', async () => {
    await show({ former: [{ ...former, trouble: '' }] });
    expect(screen.getByText('Kept shut by old.example.com')).toBeTruthy();
    expect(screen.getByText(/until an administrator there releases this browser/)).toBeTruthy();
    expect(screen.queryByText(/reinstall this extension/)).toBeNull();
    for (const trouble of ['silent', 'unknown'] as const) {
      cleanup();
      await show({ former: [{ ...former, trouble }] });
      expect(screen.getByText(/remove and reinstall this extension/)).toBeTruthy();
      expect(screen.getByText(/countersign.example.com will see a new browser/)).toBeTruthy();
    }
  });
});

describe('the pair page', () => {
  const ticket = 't'.repeat(43);
  beforeEach(() => {
    location.hash = `#https://cs.example.com:7400|${ticket}|grafana.example.com,*.rabbit.example.com`;
  });
  const page = <PairPage framed={false} />;

  it('asks for server and consoles in one go, claims, and shows the code until the touch', async () => {
    await show(noStatus, page);
    await press('Pair this browser');
    expect(wanted).toEqual([
      {
        origins: [
          'https://cs.example.com/*',
          'http://grafana.example.com/*',
          'https://grafana.example.com/*',
          'http://*.rabbit.example.com/*',
          'https://*.rabbit.example.com/*',
        ],
      },
    ]);
    expect(sent).toEqual([{ type: 'pair', input: { server: 'https://cs.example.com:7400', ticket } }]);
    expect(screen.getByText('7KQ2-M9XD')).toBeTruthy();
    const server = 'https://cs.example.com:7400';
    await act(() => writeStatus({ ...noStatus, pairing: 'waiting', server, code: '7KQ2-M9XD' }));
    await reconcile();
    expect(screen.getByText('7KQ2-M9XD')).toBeTruthy();
    await act(() => writeStatus(aStatus({ server })));
    await reconcile();
    expect(screen.getByRole('heading', { name: 'This browser is paired' })).toBeTruthy();
  });

  it('claims nothing when the hosts are refused, and offers to go on without the consoles', async () => {
    allowed = false;
    await show(noStatus, page);
    await press('Pair this browser');
    expect(sent).toEqual([]);
    expect(screen.getByText('Permission was not granted')).toBeTruthy();
    allowed = true;
    await press('Pair now, allow the consoles later');
    expect(wanted.at(-1)).toEqual({ origins: ['https://cs.example.com/*'] });
    expect(sent).toHaveLength(1);
  });

  it('says why a ticket was refused, and how to start anew', async () => {
    answers['pair'] = { ok: false, code: 'link_unknown', sentence: 'Expired.' };
    await show(noStatus, page);
    await press('Pair this browser');
    expect(screen.getByText('Expired.')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Start over' }).getAttribute('href')).toBe(
      'https://cs.example.com:7400/pair',
    );
  });

  it('says why nothing came of it when the touch never came', async () => {
    await show(noStatus, page);
    await press('Pair this browser');
    await act(() => writeStatus({ ...noStatus, pairing: 'waiting', code: '7KQ2-M9XD' }));
    await reconcile();
    await act(() => writeStatus({ ...noStatus, refused: 'Not confirmed within five minutes.' }));
    await reconcile();
    expect(screen.getByText('Not confirmed within five minutes.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
  });

  it('warns before it leaves the server that the browser is paired with', async () => {
    await show({ server: 'https://other.example.com' }, page);
    expect(screen.getByText('This browser is paired with other.example.com')).toBeTruthy();
  });

  it('asks nothing of the browser where its policy names another server, and leads to that one', async () => {
    const managed = { server: 'https://own.example.com', fault: '', hosts: ['vault.test'] };
    await show({ ...noStatus, server: managed.server, managed }, page);
    expect(screen.queryAllByRole('button')).toEqual([]);
    expect(screen.getByText(/pair only with/).textContent).toContain('pair only with own.example.com');
    expect(screen.getByRole('link').getAttribute('href')).toBe('https://own.example.com/pair');
    cleanup();
    await show({ ...noStatus, managed: { ...managed, fault: 'genesis must be …' } }, page);
    expect(screen.getByText('genesis must be …')).toBeTruthy();
    expect(screen.queryAllByRole('button')).toEqual([]);
  });

  it('asks before it takes another log at an address that it knows, and takes none by itself', async () => {
    const server = 'https://cs.example.com:7400';
    const anotherLog = { held: 'h'.repeat(42) + 'A', shown: 's'.repeat(42) + 'A' };
    await show(noStatus, page);
    await press('Pair this browser');
    await act(() => writeStatus({ ...noStatus, pairing: 'waiting', server, anotherLog }));
    await reconcile();
    expect(screen.getByText('This server has a different log')).toBeTruthy();
    // Whole, for they are compared with what an administrator says.
    expect(screen.getByText(anotherLog.held)).toBeTruthy();
    expect(screen.getByText(anotherLog.shown)).toBeTruthy();
    await press('Do not pair');
    await press('Pair with the new log');
    expect(sent.slice(1)).toEqual([
      { type: 'another-log', input: { shown: anotherLog.shown, take: false } },
      { type: 'another-log', input: { shown: anotherLog.shown, take: true } },
    ]);
    // The old pairing stands; that is no success of this one.
    await act(() => writeStatus(aStatus({ server, refused: 'Nothing was changed.' })));
    await reconcile();
    expect(screen.queryByText('This browser is paired')).toBeNull();
    expect(screen.getByText('Nothing was changed.')).toBeTruthy();
  });

  it('has nothing to press in a frame (T32)', async () => {
    await show(noStatus, <PairPage framed />);
    expect(screen.queryAllByRole('button')).toEqual([]);
  });
});
