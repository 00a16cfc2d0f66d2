// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Gate } from '../../platform/gates.ts';
import { markOwn } from '../page/own.ts';
import type { ConsolePage } from '../page/index.ts';
import { startRecorder } from './listen.ts';
import type { ActionRecord } from '../../platform/record.ts';

/*
 * happy-dom knows neither trusted events nor user activation: what hangs on those is tried in a real
 * browser (T1, T19, T20, T21, T23).
 */
const gate: Gate = {
  console: 'probe',
  name: 'Probe',
  hosts: ['probe.example'],
  mode: 'watch',
  access: 'change',
  base: 'change',
  session: 'S'.repeat(22),
  grant: '',
  until: 0,
  basis: 'approved',
  server: 'answers',
  cutoff: 0,
  record: 'actions',
  pack: '',
  reads: [],
  start: '',
};

let controller: AbortController;
let records: ActionRecord[];

function start(more: Partial<Gate> = {}, top = true): void {
  const now = { ...gate, ...more };
  const page: ConsolePage = {
    gate: () => now,
    onGate: (listener) => listener(now),
    top,
    signal: controller.signal,
  };
  startRecorder(page, (record) => records.push(record));
  records.length = 0;
}
const words = () => records.map(({ kind, detail }) => `${kind}: ${detail.words}`);
const press = (selector: string, type = 'click') => {
  const target = document.querySelector(selector);
  if (!target) throw new Error(`no ${selector}`);
  target.dispatchEvent(new MouseEvent(type, { bubbles: true, composed: true }));
  return target;
};

beforeEach(() => {
  vi.useFakeTimers();
  controller = new AbortController();
  records = [];
  Object.defineProperty(navigator, 'userActivation', { value: { isActive: true }, configurable: true });
  location.href = 'http://probe.example/queues?token=abc';
});
afterEach(() => {
  controller.abort();
  vi.useRealTimers();
});

describe('the recorder in the page', () => {
  it('tells a click by role and name, with the redacted page and the session', () => {
    document.body.innerHTML = '<button aria-label="Purge queue"><i>x</i></button>';
    start();
    press('i');
    expect(words()).toEqual(['clicked: Clicked button "Purge queue"']);
    expect(records[0]).toMatchObject({
      console: 'probe',
      session: gate.session,
      detail: { page: 'http://probe.example/queues?token=***', target: 'button "Purge queue"' },
    });
    expect(records[0]?.id).toMatch(/^[\w-]{22}$/);
  });

  it('tells a storm of the same event once', () => {
    document.body.innerHTML = '<button>Go</button><button id="other">Stop</button>';
    start();
    for (let i = 0; i < 1000; i += 1) press('button');
    press('#other');
    vi.advanceTimersByTime(60);
    press('#other');
    expect(words()).toEqual([
      'clicked: Clicked button "Go"',
      'clicked: Clicked button "Stop"',
      'clicked: Clicked button "Stop"',
    ]);
  });

  it('tells that a field was changed and a form submitted, never with what', () => {
    document.body.innerHTML = `<form name="user"><label for="p">Password</label><input id="p" type="password" value="hunter2">
      <label>Role <select><option selected>hunter3</option></select></label><textarea aria-label="Notes">hunter4</textarea></form>`;
    start();
    for (const selector of ['input', 'select', 'textarea'])
      document.querySelector(selector)?.dispatchEvent(new Event('change', { bubbles: true }));
    for (const type of ['submit', 'formdata', 'formdata']) {
      document.querySelector('form')?.dispatchEvent(new Event(type, { bubbles: true }));
      vi.advanceTimersByTime(60); // a slow page: its data are gathered late, in another task
    }
    expect(words()).toEqual([
      'entered: Changed password field "Password"',
      'entered: Changed list "Role"',
      'entered: Changed field "Notes"',
      'submitted: Submitted form "user"',
    ]);
    expect(JSON.stringify(records)).not.toContain('hunter');
  });

  it('tells each time that a form is submitted, by a person or by a script', () => {
    document.body.innerHTML = '<form name="user"></form>';
    start();
    for (const type of ['submit', 'submit', 'formdata', 'formdata']) {
      document.querySelector('form')?.dispatchEvent(new Event(type, { bubbles: true }));
      vi.advanceTimersByTime(2_100);
    }
    expect(words()).toEqual(Array(4).fill('submitted: Submitted form "user"'));
  });

  it('tells a press whose element is gone before the click (T20)', () => {
    document.body.innerHTML = '<div id="a"><button>Vanish</button></div>';
    start();
    press('button', 'pointerdown').remove();
    press('#a', 'pointerup');
    expect(records).toEqual([]);
    vi.advanceTimersByTime(0);
    expect(words()).toEqual(['clicked: Clicked button "Vanish"']);
  });

  it('leaves alone what is ours, and a press on nothing', () => {
    document.body.innerHTML = '<div id="ours">x</div><p>text</p>';
    markOwn(document.querySelector('#ours')!);
    start();
    press('#ours');
    press('p', 'pointerdown');
    press('p', 'pointerup');
    vi.advanceTimersByTime(10);
    document.body.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    expect(records).toEqual([]);
  });

  it('tells the click on an editor by its role, whatever control stands around it', () => {
    document.body.innerHTML = '<a href="#"><div contenteditable><p>hunter2</p></div></a>';
    start();
    press('p');
    expect(words()).toEqual(['clicked: Clicked field']);
  });

  it('keeps to what the console records', () => {
    document.body.innerHTML = '<button>Go</button>';
    start({ record: 'requests' });
    press('button');
    expect(records).toEqual([]);
    controller.abort();
    controller = new AbortController();
    document.title = 'Secret title';
    start({ record: 'times' });
    press('button');
    dispatchEvent(new Event('pagehide'));
    expect(words()).toEqual(['noted: Left the page']);
    expect(JSON.stringify(records)).not.toMatch(/Secret|queues/);
  });

  it('tells the page with its title, also when that comes late, as one record', () => {
    document.title = '';
    const all: ActionRecord[] = [];
    const page: ConsolePage = {
      gate: () => gate,
      onGate: () => undefined,
      top: true,
      signal: controller.signal,
    };
    startRecorder(page, (record) => all.push(record));
    document.title = 'Orders eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln';
    vi.advanceTimersByTime(1000);
    expect(new Set(all.map((one) => one.id)).size).toBe(1);
    expect(all.at(-1)?.detail).toEqual({
      words: 'Opened "Orders ***"',
      page: 'http://probe.example/queues?token=***',
      title: 'Orders ***',
    });
  });

  it('tells nothing that was typed: by no name, no title and no address', () => {
    document.body.innerHTML = `<h1>Queues</h1><input aria-label="Tag"><i>x</i><label>x <input type="checkbox"></label>`;
    const all: ActionRecord[] = [];
    const page: ConsolePage = {
      gate: () => gate,
      onGate: () => undefined,
      top: true,
      signal: controller.signal,
    };
    startRecorder(page, (record) => all.push(record));
    const input = document.querySelector('input')!;
    for (const key of 'hunter2-para') {
      input.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true }));
      input.value += key;
      input.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
      document.title = `Tag ${input.value}`;
    }
    vi.advanceTimersByTime(1000);
    document.querySelector('i')!.outerHTML =
      '<span>hunter2-para</span><button>Remove hunter2-para</button><li role="option"><b>hun</b>ter2-para</li>';
    document.querySelector('label')!.firstChild!.nodeValue = 'hunter2-para';
    location.href = 'http://probe.example/queues?tag=hunter2-para&page=2';
    for (const selector of ['span', 'button', 'b', 'input', '[type=checkbox]']) press(selector);
    expect(JSON.stringify(all)).not.toMatch(/hun|para/);
    expect(all.filter(({ kind }) => kind === 'clicked').map(({ detail }) => detail.words)).toEqual([
      'Clicked span',
      'Clicked button "Remove ***"',
      'Clicked option',
      'Clicked field "Tag"',
      'Clicked checkbox',
    ]);
    expect(all.at(-1)?.detail.page).toBe('http://probe.example/queues?tag=***&page=2');
  });

  it('tells no title that repeats what the page before was asked for', () => {
    location.href = 'http://probe.example/search?q=hunter2+para&page=2';
    document.title = 'Results for hunter2 para';
    const all: ActionRecord[] = [];
    const page: ConsolePage = {
      gate: () => gate,
      onGate: () => undefined,
      top: true,
      signal: controller.signal,
    };
    startRecorder(page, (record) => all.push(record));
    vi.advanceTimersByTime(1000);
    expect(all.at(-1)?.detail.title).toBe('Results for ***');
  });

  it('says so where a page hides what it would read', () => {
    document.body.innerHTML = '<form></form>';
    start();
    const form = document.querySelector('form')!;
    Object.defineProperty(form, 'getAttribute', { value: 'a field of that name', configurable: true });
    form.dispatchEvent(new Event('submit', { bubbles: true }));
    Reflect.deleteProperty(form, 'getAttribute');
    expect(words()).toEqual(['noted: An action could not be read']);
  });

  it('stops with its page', () => {
    document.body.innerHTML = '<button>Go</button>';
    start();
    controller.abort();
    press('button');
    expect(records).toEqual([]);
  });
});
