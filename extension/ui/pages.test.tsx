// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { sentences } from '#shared/errors.ts';
import { noStatus, STATUS_KEY, writeStatus, type Status } from '../platform/status.ts';
import { FormPage } from './FormPage.tsx';
import { GatePage } from './GatePage.tsx';
import { aGrant, aRequest, aStatus } from './testing.ts';

// The polyfill refuses to load outside an extension; the fake has its promises already.
vi.mock('webextension-polyfill', async () => ({
  default: (await import('wxt/testing/fake-browser')).fakeBrowser,
}));

/** The pages over the real status and messages; only the browser beneath is a fake. */
const sent: { type: string; input: unknown }[] = [];
let answers: Record<string, unknown>;

beforeEach(() => {
  fakeBrowser.reset();
  vi.stubGlobal('chrome', fakeBrowser);
  sent.length = 0;
  answers = {
    refresh: { ok: true, value: { ok: true } },
    offers: {
      ok: true,
      value: {
        offers: [
          { level: 'view', durations: [900], decides: 'nobody', eligibility: 'a' },
          { level: 'change', durations: [900, 1800], decides: ['group:leads'], eligibility: 'b' },
        ],
        recorded: 'What you open is recorded.',
      },
    },
    ask: { ok: true, value: { request: aRequest() } },
  };
  // As Chromium has it: the answer goes through the callback.
  fakeBrowser.runtime.onMessage.addListener(
    (message: (typeof sent)[number], _: unknown, answer: (value: unknown) => void) => {
      sent.push(message);
      answer(answers[message.type]);
      return true;
    },
  );
  location.hash = '#https://grafana.example.com/d/1?token=secret';
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const show = async (
  page: 'gate' | 'stopped' | 'form',
  status: Partial<Status>,
  framed = false,
): Promise<void> => {
  await writeStatus(aStatus(status));
  render(
    page === 'form' ? (
      <FormPage framed={framed} onClose={() => sent.push({ type: 'close', input: {} })} />
    ) : (
      <GatePage framed={framed} stopped={page === 'stopped'} />
    ),
  );
  await reconcile();
};
/** Effects run at the end of an act, and what they start in the next. */
const reconcile = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await act(() => new Promise((done) => setTimeout(done, 5)));
};
/** A press as a person makes it: happy-dom makes every event as scripts do. */
const trusted = <E extends Event>(event: E): E => Object.defineProperty(event, 'isTrusted', { value: true });
const press = async (name: string): Promise<void> => {
  fireEvent(screen.getByRole('button', { name }), trusted(new MouseEvent('click', { bubbles: true })));
  await reconcile();
};
const asks = () => sent.filter(({ type }) => type === 'ask').map(({ input }) => input);
const reason = () => screen.getByLabelText('Justification');

describe('the gate page', () => {
  it('asks with what was chosen, the address first asked for, and no touch', async () => {
    await show('gate', {});
    fireEvent.click(screen.getByLabelText(/^Change/));
    fireEvent.click(screen.getByLabelText('30 minutes'));
    fireEvent.input(reason(), { target: { value: ' No data since the deploy ' } });
    await press('Request access');
    expect(asks()).toEqual([
      {
        console: 'grafana',
        level: 'change',
        seconds: 1800,
        justification: 'No data since the deploy',
        ticket: '',
        address: 'https://grafana.example.com/d/1?token=secret',
        extends: '',
      },
    ]);
  });

  it('keeps the words after a denial, for whoever asks again', async () => {
    const denied = aRequest({
      status: 'denied',
      level: 'change',
      seconds: 1800,
      decidedAt: Date.now(),
      decidedBy: { id: 'sam', handle: 'sam' },
      ticket: { salt: '', text: 'INC-7', commitment: '' },
    });
    await show('gate', { requests: [denied] });
    await press('Request again');
    expect(reason()).toHaveProperty('value', 'No data since the deploy');
    expect(screen.getByLabelText(/^Ticket/)).toHaveProperty('value', 'INC-7');
    expect(screen.getByLabelText('30 minutes')).toHaveProperty('checked', true);
    await press('Request access');
    expect(asks()).toMatchObject([
      { justification: 'No data since the deploy', ticket: 'INC-7', level: 'change' },
    ]);
  });

  it.each(['gate', 'form'] as const)('never says closed above open access: %s', async (page) => {
    if (page === 'form') location.hash = '#grafana';
    const localUntil = Date.now() + 600_000;
    await show(page, { grants: [aGrant({ status: 'running', open: true, localUntil })] });
    expect(screen.getByText('Access is open')).toBeTruthy();
    expect(screen.getByText('Open')).toBeTruthy();
    expect(screen.queryByText('Closed')).toBeNull();
    expect(screen.queryByText(/Shut by policy/)).toBeNull();
  });

  it('says who decides and what is recorded before it is asked', async () => {
    await show('gate', {});
    expect(screen.getByText('Needs approval from anyone in the group leads.')).toBeTruthy();
    expect(screen.getByText('What you open is recorded.')).toBeTruthy();
    fireEvent.click(screen.getByLabelText(/^View/));
    expect(screen.getByText(/No approval needed. You start it with your own key/)).toBeTruthy();
  });

  it('says of a form that was stopped that it was, not that access is open, and asks to change', async () => {
    const looking = aGrant({ status: 'running', open: true, level: 'view', localUntil: Date.now() + 60_000 });
    await show('stopped', { grants: [looking] });
    expect(screen.getByText('Blocked: you have view-only access. Nothing was sent.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Back to Grafana' })).toBeTruthy();
    expect(screen.queryByText('Access is open')).toBeNull();
    fireEvent.input(reason(), { target: { value: 'Orders are stuck' } });
    await press('Request access');
    expect(asks()).toMatchObject([{ level: 'change', extends: '' }]);
  });

  it('asks the browser for the hosts in place of the form, and for nothing else, while one is missing', async () => {
    const wanted: unknown[] = [];
    fakeBrowser.permissions.request = ((permissions: unknown) => {
      wanted.push(permissions);
      return Promise.resolve(false);
    }) as typeof fakeBrowser.permissions.request;
    const missing = ['http://grafana.example.com/*', 'https://grafana.example.com/*'];
    await show('gate', { missing, grants: [aGrant({ status: 'running' })] });
    expect(screen.getByText('Shut: Countersign has no permission for it in this browser.')).toBeTruthy();
    await press('Allow these hosts');
    expect(wanted).toEqual([{ origins: missing }]);
    expect(screen.getByText(/stays shut until you allow them/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: /Ask|Open/ })).toBeNull();
  });

  it('asks nothing without a justification, and says the sentence of the refusal', async () => {
    await show('gate', {});
    fireEvent.input(reason(), { target: { value: ' \n ' } });
    await press('Request access');
    await reconcile();
    expect(asks()).toEqual([]);
    expect(screen.getByText(sentences.justification_missing)).toBeTruthy();
  });

  it('asks by Ctrl and Enter too, but never for a script (case 35)', async () => {
    await show('gate', {});
    fireEvent.input(reason(), { target: { value: 'Because' } });
    fireEvent.click(screen.getByRole('button', { name: 'Request access' }));
    fireEvent.keyDown(reason(), { key: 'Enter', ctrlKey: true });
    await reconcile();
    expect(asks()).toEqual([]);
    const keys = { key: 'Enter', ctrlKey: true, bubbles: true };
    fireEvent(reason(), trusted(new KeyboardEvent('keydown', keys)));
    await reconcile();
    expect(asks()).toHaveLength(1);
  });

  it('keeps what was typed when the worker refuses, and says why', async () => {
    answers['ask'] = { ok: false, code: 'too_many', sentence: sentences.too_many };
    await show('gate', {});
    fireEvent.input(reason(), { target: { value: 'Because' } });
    await press('Request access');
    expect(screen.getByText(sentences.too_many)).toBeTruthy();
    expect((reason() as HTMLTextAreaElement).value).toBe('Because');
  });

  it('says who may be asked where policy offers nothing', async () => {
    answers['offers'] = { ok: true, value: { offers: [], recorded: '', whyNot: 'Ask lin to add you.' } };
    await show('gate', {});
    expect(screen.getByText('Ask lin to add you.')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'See who can request access' }).getAttribute('href')).toBe(
      'https://countersign.example.com/consoles',
    );
  });

  it('follows the status without being reloaded', async () => {
    await show('gate', { requests: [aRequest()] });
    expect(screen.getByRole('heading', { name: 'Waiting for approval' })).toBeTruthy();
    const approved = aRequest({
      status: 'approved',
      decidedBy: { id: 'sam', handle: 'sam' },
      grant: aGrant(),
    });
    await act(() => writeStatus(aStatus({ requests: [approved] })));
    await reconcile();
    expect(screen.getByRole('heading', { name: 'Approved by sam' })).toBeTruthy();
    await press('Start with your key');
    expect(sent.at(-1)).toEqual({ type: 'activate', input: { request: 'request' } });
  });

  it('shows hostile text as text (case 71)', async () => {
    const text = '<img src=x onerror=alert(1)>\u202egnirts';
    const reasonOf = { salt: '', text, commitment: '' };
    await show('gate', { requests: [aRequest({ status: 'denied', decidedAt: 1, reason: reasonOf })] });
    expect(document.querySelector('img')).toBeNull();
    expect(document.body.textContent).toContain('<img src=x onerror=alert(1)>');
    expect(document.body.textContent).not.toContain('\u202e');
  });

  it('shows no secret of the address (case 72)', async () => {
    await show('gate', {});
    expect(document.body.textContent).toContain('token=***');
    expect(document.body.textContent).not.toContain('secret');
  });

  it.each(['#javascript:alert(1)', '#data:text/html,x', '#https://grafana.example.com.evil.example/'])(
    'offers nothing at %s (T32)',
    async (hash) => {
      location.hash = hash;
      await show('gate', {});
      expect(screen.getByRole('heading', { name: 'No console at this address' })).toBeTruthy();
      expect(screen.queryAllByRole('button')).toEqual([]);
    },
  );

  it('has nothing to press and says nothing of anybody in a frame (T32)', async () => {
    await show('gate', { requests: [aRequest()] }, true);
    expect(document.body.textContent).toBe('This console is shut.Open it in its own tab to request access.');
    expect(document.querySelectorAll('a, button, input, textarea')).toHaveLength(0);
    expect(sent).toEqual([]);
  });

  it('says what to do when the browser is not paired', async () => {
    await show('gate', noStatus);
    expect(screen.getByText(/choose “Pair this browser”/)).toBeTruthy();
  });

  it.each([
    [
      { fork: { held: 'a', shown: 'b', at: 1, told: true } },
      'Shut: the log contradicts what this browser verified before.',
      'The log has conflicting histories',
    ],
    [
      { outbox: { size: 9, full: true, trouble: '' } },
      'Shut until your recorded actions are delivered.',
      'Actions cannot be delivered',
    ],
  ])(
    'says what shuts a console that only watches, and offers no way in (case 61, T28)',
    async (status, lead, title) => {
      const consoles = aStatus().consoles.map((one) => ({ ...one, mode: 'watch' as const }));
      await show('gate', { consoles });
      expect(screen.getByRole('button', { name: 'Open Grafana' })).toBeTruthy();
      cleanup();
      await show('gate', { consoles, ...status });
      expect(screen.getByText(lead)).toBeTruthy();
      expect(screen.getByRole('heading', { name: title })).toBeTruthy();
      expect(screen.queryByRole('button', { name: 'Open Grafana' })).toBeNull();
    },
  );

  it('says since when the server is away, and tries again', async () => {
    const since = Date.now() - 7 * 60_000;
    await show('gate', {
      reachable: false,
      unreachableSince: since,
      outbox: { size: 2, full: false, trouble: '' },
    });
    expect(screen.getByText(/2 actions are kept in this browser/)).toBeTruthy();
    const before = sent.length;
    await press('Try again');
    expect(sent.slice(before)).toEqual([{ type: 'refresh', input: {} }]);
  });
});

describe('the form in a console’s page', () => {
  beforeEach(() => {
    location.hash = '#grafana';
  });

  it('leaves by Escape and by its button', async () => {
    await show('form', {}, true);
    fireEvent.keyDown(document.body, { key: 'Escape' });
    await press('Close');
    expect(sent.filter(({ type }) => type === 'close')).toHaveLength(2);
  });

  it('takes no press while something covers it, and says so (T17)', async () => {
    // What a browser that can tell reports: the form is in view, and something lies over it.
    let report: (visible: boolean) => void = () => undefined;
    vi.stubGlobal(
      'IntersectionObserverEntry',
      class {
        get isVisible() {
          return false;
        }
      },
    );
    vi.stubGlobal(
      'IntersectionObserver',
      class {
        constructor(look: (entries: unknown[]) => void) {
          report = (isVisible) => look([{ isVisible, intersectionRatio: 1 }]);
        }
        observe(): void {}
        disconnect(): void {}
        takeRecords(): [] {
          return [];
        }
      },
    );
    await show('form', {}, true);
    fireEvent.input(reason(), { target: { value: 'Because' } });
    report(false);
    await press('Request access');
    expect(asks()).toEqual([]);
    expect(screen.getByText(/Something on this page covers this form/)).toBeTruthy();
    report(true);
    await press('Request access');
    expect(asks()).toHaveLength(1);
    expect(screen.queryByText(/Something on this page covers this form/)).toBeNull();
  });

  it('asks for more time at the level of the grant', async () => {
    const grant = 'g'.repeat(22);
    location.hash = `#grafana|${grant}`;
    const running = aGrant({ id: grant, status: 'running', open: true, localUntil: Date.now() + 60_000 });
    await show('form', { grants: [running] });
    expect(screen.queryByLabelText(/^View/)).toBeNull();
    fireEvent.input(screen.getByLabelText('Justification'), { target: { value: 'Not done' } });
    await press('Request extension');
    expect(asks()).toMatchObject([{ level: 'change', seconds: 900, extends: grant, address: '' }]);
  });
});

it('reads the status from where no console can (storage.session)', async () => {
  await writeStatus(aStatus());
  expect(await fakeBrowser.storage.local.get(STATUS_KEY)).toEqual({});
});
