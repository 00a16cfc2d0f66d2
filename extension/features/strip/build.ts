import sheet from '#shared/ui/strip.css?inline';
import { markOwn } from '../page/index.ts';
import type { Said } from './say.ts';

const LABELS = { ask: 'Request access', more: 'Extend', end: 'End' } as const;
export type ButtonName = keyof typeof LABELS;

/** The strip's elements, in a closed shadow root. They take no text and know nothing. */
export interface Strip {
  host: HTMLElement;
  body: HTMLElement;
  handle: HTMLButtonElement;
  /** For tests: what no page can reach. */
  root: ShadowRoot;
  show(said: Said, name: string): void;
  fold(folded: boolean): void;
}

const make = <T extends keyof HTMLElementTagNameMap>(tag: T, className = ''): HTMLElementTagNameMap[T] => {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  return element;
};

function mark(): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  for (const [name, d] of [
    ['b', 'M17.3 18.1A8.5 8.5 0 1 1 15.2 4.1'],
    ['t', 'M7.2 11.6 11.1 15.6 21.6 4.4'],
  ] as const) {
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('class', name);
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}

/** `press` hears of presses that count: by a person, and only the event itself is judged here (case 35). */
export function buildStrip(press: (button: ButtonName, event: Event) => void): Strip {
  // A name of its own, so that the page's own sheets and scripts do not meet it by accident.
  const host = make('div');
  markOwn(host);
  const root = host.attachShadow({ mode: 'closed' });
  const style = make('style');
  style.textContent = sheet;
  const body = make('div', 's');
  body.setAttribute('role', 'region');
  const handle = make('button', 'f');
  handle.append(mark());
  const words = make('span', 'w');
  words.setAttribute('role', 'status');
  const left = make('b', 'm');
  left.setAttribute('role', 'timer');
  body.append(handle, words, left);
  root.append(style, body);
  let shown = '';
  return {
    host,
    body,
    handle,
    root,
    show(said, name) {
      body.dataset['state'] = said.state;
      body.setAttribute('aria-label', `Countersign, ${name}`);
      // Written only when it changes, or a screen reader would say it each second.
      if (words.textContent !== said.words) words.textContent = said.words;
      words.title = said.words;
      left.textContent = said.left;
      left.hidden = said.left === '';
      const key = said.buttons.join();
      if (key === shown) return;
      shown = key;
      for (const old of body.querySelectorAll('[data-b]')) old.remove();
      for (const [at, button] of said.buttons.entries()) {
        const element = make('button');
        element.dataset['b'] = button;
        if (at === 0) element.dataset['p'] = '';
        element.textContent = LABELS[button];
        element.addEventListener('click', (event) => {
          if (event.isTrusted) press(button, event);
        });
        body.append(element);
      }
    },
    fold(folded) {
      if (folded) body.dataset['folded'] = '';
      else delete body.dataset['folded'];
      handle.setAttribute('aria-expanded', String(!folded));
      handle.setAttribute(
        'aria-label',
        `${folded ? 'Expand' : 'Collapse'} the Countersign strip. Move it with the arrow keys.`,
      );
    },
  };
}
