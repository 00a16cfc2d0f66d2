// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { HEARD, typedMemory, type Typed } from './typed.ts';

let typed: Typed;
let stop: AbortController;
beforeEach(() => {
  stop?.abort();
  stop = new AbortController();
  typed = typedMemory();
  for (const type of HEARD)
    addEventListener(type, (event) => typed.hear(event), { capture: true, signal: stop.signal });
  document.title = 'Queues';
  document.body.innerHTML = `<h1>Queues</h1><button>Purge orders</button><input id="one"><textarea id="two"></textarea>
    <input type="checkbox" value="admin"><select><option selected>Frankfurt</option></select>
    <div id="rich" contenteditable></div><div id="canvas" tabindex="0"></div>`;
});
const at = (selector: string) => document.querySelector<HTMLInputElement>(selector)!;
const key = (selector: string, name: string, more: object = {}) =>
  at(selector).dispatchEvent(
    new KeyboardEvent('keydown', { key: name, bubbles: true, composed: true, ...more }),
  );
const told = (selector: string, type: string, more: object = {}) =>
  at(selector).dispatchEvent(Object.assign(new Event(type, { bubbles: true, composed: true }), more));
/** Types as a browser does: a key, then what the field holds. */
function type(selector: string, text: string): void {
  for (const one of text) {
    key(selector, one);
    if ('value' in at(selector)) at(selector).value += one;
    told(selector, 'input', { data: one });
  }
}
/** A terminal, or an editor that takes each key and lets nothing into the page. */
const keys = (selector: string, text: string): void => {
  for (const one of text) key(selector, one);
};

describe('what was typed is taken out of what the page says', () => {
  it.each([
    ['hunter2-para', 'Remove hunter2-para', 'Remove ***'],
    ['hunter2-para', 'Create "hunter2-para" in eu-1', 'Create "***" in eu-1'],
    ['hunter2-para', 'HUNTER2 PARA · Edit', '*** · Edit'],
    ['hunter2-para', 'hunter2-para', ''],
    ['hunter2-para', 'hun ter2-para', ''],
    ['begin hunter2 nowhere', 'Query: begin hunt…', 'Query: ***…'],
    ['begin hunter2 nowhere', 'Query: begin hunter2 nowh...', 'Query: ***...'],
    ['Grüße für alle', 'Entwurf: grüße FÜR alle', 'Entwurf: ***'],
    ['東京の鍵', 'Delete 東京の鍵', 'Delete ***'],
    ['4711', 'PIN 4711', 'PIN ***'],
    ['hunter2', 'Purge invoices', 'Purge invoices'],
  ])('typed %s: %s → %s', (text, said, kept) => {
    type('#one', text);
    expect(typed.without(said)).toBe(kept);
    expect(typed.without(said)).toBe(kept); // also later
  });

  it('of a plain element the whole text goes, also when it is a piece of what was typed', () => {
    type('#two', "ALTER USER bob PASSWORD 'hunter2-monaco'");
    for (const text of ['Preview: hunter2', "er bob password 'hun", 'unter', 'bob'])
      expect(typed.without(text, true), text).toBe('');
    expect(typed.without('Queues', true)).toBe('Queues');
  });

  it('from fields that were cleared, by Enter, by a button, by erasing and by a script', () => {
    type('#one', 'alpha1');
    key('#one', 'Enter');
    at('#one').value = '';
    type('#one', 'bravo2');
    at('button').dispatchEvent(new Event('pointerdown', { bubbles: true }));
    at('#one').value = '';
    type('#one', 'charlie3');
    for (let n = 0; n < 8; n += 1) key('#one', 'Backspace');
    at('#one').value = '';
    type('#one', 'delta4,');
    at('#one').value = '';
    type('#one', 'echo5');
    for (const word of ['alpha1', 'bravo2', 'charlie3', 'delta4', 'echo5'])
      expect(typed.without(`Remove ${word}`)).toBe('Remove ***');
  });

  it('from a password field, and from where no value shows: keys, paste, drop, composition, autofill', () => {
    at('#one').type = 'password';
    type('#one', 'foxtrot6');
    keys('#canvas', 'golf7');
    key('#canvas', '@', { ctrlKey: true, altKey: true }); // AltGr
    keys('#canvas', 'hotel8');
    key('#canvas', 'Enter');
    told('#canvas', 'paste', { clipboardData: { getData: () => 'india9' } });
    told('#canvas', 'drop', { dataTransfer: { getData: () => 'juliet10' } });
    told('#canvas', 'compositionend', { data: '秘密の鍵' });
    at('#two').value = 'kilo11';
    told('#two', 'input');
    told('#rich', 'beforeinput', { data: 'x' });
    at('#rich').textContent = 'lima12';
    told('#rich', 'input', { data: 'x' });
    for (const word of ['foxtrot6', 'golf7', 'hotel8', 'india9', 'juliet10', '秘密の鍵', 'kilo11', 'lima12'])
      expect(typed.without(`Remove ${word}`), word).toBe('Remove ***');
  });

  it('but what the page showed before is its own, and so are shortcuts and what is chosen', () => {
    type('#one', 'orders');
    expect(typed.without('Purge orders')).toBe('Purge orders');
    key('#one', 'v', { ctrlKey: true });
    told('[type=checkbox]', 'input');
    told('select', 'input');
    expect(typed.without('Delete admin in Frankfurt')).toBe('Delete admin in Frankfurt');
    type('#two', 'please delete invoices');
    expect(typed.without('Delete')).toBe('Delete'); // as any button says
    expect(typed.without('Delete invoices')).toBe('Delete ***');
  });

  it('also where the text of the page runs together', () => {
    document.body.insertAdjacentHTML('afterbegin', '<h2>Shown</h2><label>Invoices</label>');
    type('#one', 'invoices');
    expect(typed.without('Purge invoices')).toBe('Purge invoices');
  });

  it('and words that it showed are no licence for a text made of them, nor is what was written into an editor', () => {
    document.body.insertAdjacentHTML(
      'beforeend',
      '<p>correct horse battery</p><div role="textbox">november13</div><div role="textbox">a</div>',
    );
    type('#one', 'battery horse correct');
    key('#one', 'Enter');
    expect(typed.without('Remove battery horse correct')).toBe('Remove ***');
    for (const word of ['Battery', 'Correct']) expect(typed.without(word)).toBe(word);
    type('#two', 'november13');
    expect(typed.without('Remove november13')).toBe('Remove ***');
  });

  it('and what was typed once stays typed, however the page shows it then', () => {
    type('#one', 'hunter2');
    at('button').dispatchEvent(new Event('pointerdown', { bubbles: true }));
    at('h1').textContent = document.title = 'hunter2';
    type('#two', 'hunter2');
    expect(typed.without('hunter2')).toBe('');
  });

  it('out of the parameters of an address, not out of its path', () => {
    type('#one', 'hunter2 para');
    const address = 'http://a.example/queues/hunter2?q=hunter2+para&page=2#/x?f=hunter2';
    expect(typed.outOf(address)).toBe('http://a.example/queues/hunter2?q=***&page=2#/x?f=***');
  });

  it('is not read anew for each key', () => {
    let reads = 0;
    Object.defineProperty(document.body, 'textContent', {
      configurable: true,
      get: () => ((reads += 1), 'Queues'),
    });
    keys('#canvas', 'select 1 from dual where x');
    type('#two', 'one two three four');
    expect(reads).toBe(2);
    Reflect.deleteProperty(document.body, 'textContent');
  });
});
