// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { describe as say, meant } from './names.ts';

/*
 * Structures as the libraries build them (Monaco 0.57, Ace 1.45, CodeMirror 5 and 6, xterm 6, Quill 2, ProseMirror 1);
 * that they do is tried with the libraries themselves in a real browser. `hunter2` stands for what somebody wrote,
 * in this page or before it.
 */
const structures: Record<string, string> = {
  contenteditable: '<div contenteditable aria-label="Note"><p><b data-me>start hunter2</b></p></div>',
  'contenteditable=plaintext-only':
    '<div contenteditable="plaintext-only"><span data-me>hunter2</span></div>',
  'an island in it': '<div contenteditable><span contenteditable="false" data-me>@hunter2</span></div>',
  'a heading that is edited': '<h1 contenteditable data-me>hunter2</h1>',
  'a link in it': '<div contenteditable><a href="#" data-me aria-label="hunter2">hunter2</a></div>',
  'a table in it':
    '<div contenteditable><table><tr><td data-me title="hunter2">hunter2</td></tr></table></div>',
  textbox: '<div role="textbox"><div data-me>hunter2</div></div>',
  searchbox: '<div role="searchbox"><div data-me>hunter2</div></div>',
  combobox: '<div role="combobox"><div><span data-me>hunter2</span></div></div>',
  spinbutton: '<div role="spinbutton"><div data-me>4711</div></div>',
  'CodeMirror 5':
    '<div class="CodeMirror cm-s-default"><div><textarea></textarea></div><div class="CodeMirror-scroll"><div class="CodeMirror-sizer"><div><div class="CodeMirror-lines"><div role="presentation"><div class="CodeMirror-code"><pre class="CodeMirror-line" role="presentation"><span role="presentation" data-me>ALTER USER bob PASSWORD hunter2</span></pre></div></div></div></div></div></div></div>',
  'its suggestions':
    '<ul class="CodeMirror-hints" role="listbox"><li class="CodeMirror-hint" role="option" data-me>hunter2</li></ul>',
  'CodeMirror 6':
    '<div class="cm-editor"><div class="cm-scroller"><div class="cm-gutters"></div><div class="cm-content" contenteditable="true" role="textbox"><div class="cm-line"><span data-me>hunter2</span></div></div></div></div>',
  Monaco:
    '<div class="monaco-editor" role="code"><div class="overflow-guard"><div class="native-edit-context" role="textbox" aria-label="Editor content"></div><div class="lines-content"><div class="view-lines" role="presentation"><div class="view-line"><span><span class="mtk1" data-me>hunter2-monaco</span></span></div></div></div></div></div>',
  'its suggestions in Monaco':
    '<div class="monaco-editor"><div class="monaco-list-row" role="option" aria-label="hunter2" data-me>hunter2</div></div>',
  Ace: '<div class="ace_editor"><textarea class="ace_text-input"></textarea><div class="ace_scroller"><div class="ace_content"><div class="ace_layer ace_text-layer"><div class="ace_line_group"><div class="ace_line"><span data-me>hunter2</span></div></div></div></div></div></div>',
  xterm:
    '<div class="terminal xterm"><div class="xterm-screen"><div class="xterm-rows"><div><span data-me>mysql -p hunter2</span></div></div></div></div>',
  'its tree for screen readers':
    '<div class="terminal xterm"><div class="xterm-accessibility"><div role="list"><div role="listitem" data-me>hunter2</div></div></div></div>',
  Quill:
    '<div class="ql-container"><div class="ql-editor" contenteditable="true"><p data-me>hunter2</p></div></div>',
  ProseMirror: '<div class="ProseMirror" contenteditable="true"><p data-me>hunter2</p></div>',
  'lines beside a hidden textarea':
    '<main><div class="ed"><textarea id="edit"></textarea><div class="line"><span data-me>hunter2</span></div></div></main>',
  'lines deep beside one':
    '<div><div><textarea autocorrect="off"></textarea></div><div><div><div><div><pre><code data-me>hunter2</code></pre></div></div></div></div></div>',
  'the box around such lines':
    '<main><div class="ed" data-me><textarea></textarea><div><span>hunter2</span></div></div></main>',
  'the box around an editor':
    '<div data-me><div class="cm-editor"><div class="cm-line">hunter2</div></div></div>',
};

describe('of what stands in an editor, role and label alone', () => {
  beforeEach(() => document.body.replaceChildren());

  it.each(Object.entries(structures))('%s', (_, html) => {
    document.body.innerHTML = html;
    const words = say(meant(document.querySelector('[data-me]')!));
    expect(words).not.toMatch(/hunter2|4711/);
    expect(words).toMatch(/^[a-z]+( "(Note|Editor content)")?$/);
  });

  it.each(['open', 'closed'] as const)('in an %s shadow root, whichever side the editor is on', (mode) => {
    document.body.innerHTML = '<div contenteditable><x-inner></x-inner></div><x-outer></x-outer>';
    const inner = document.querySelector('x-inner')!.attachShadow({ mode });
    inner.innerHTML = '<p>hunter2</p>';
    expect(say(inner.querySelector('p')!)).toBe('field');
    const outer = document.querySelector('x-outer')!.attachShadow({ mode });
    outer.innerHTML = '<div contenteditable><p>hunter2</p></div>';
    expect(say(outer.querySelector('p')!)).toBe('field');
  });

  it('in a document of design mode', () => {
    document.body.innerHTML = '<p>hunter2</p>';
    Object.defineProperty(document, 'designMode', { value: 'on', configurable: true });
    expect(say(document.querySelector('p')!)).toBe('field');
    Reflect.deleteProperty(document, 'designMode');
  });

  it('but a button there keeps its label, and what is labelled by an editor takes none of its text', () => {
    document.body.innerHTML = `<div class="cm-editor"><div class="cm-panel"><button aria-label="Replace all">hunter2</button></div></div>
      <div id="e" contenteditable>hunter2</div><input aria-labelledby="e"><label>Name <b contenteditable>hunter2</b> <input id="i"></label>`;
    expect(say(document.querySelector('button')!)).toBe('button "Replace all"');
    expect(say(document.querySelector('[aria-labelledby]')!)).toBe('field');
    expect(say(document.querySelector('#i')!)).toBe('field "Name"');
  });

  it('and what stands elsewhere keeps its name', () => {
    document.body.innerHTML = `<main><div><textarea id="keys"></textarea></div><button>Run</button>
      <div role="dialog"><h1>Create account</h1></div>
      <table><tr><td>order 41</td></tr></table>
      <section><p>Purged</p></section></main>
      <div><label for="note">Note</label><textarea id="note"></textarea><p>At most 200</p></div>`;
    const all = ['button', 'h1', 'td', 'p'].map((one) => say(document.querySelector(one)!));
    expect(all).toEqual(['button "Run"', 'h1 "Create account"', 'cell "order 41"', 'p "Purged"']);
    expect(say(document.querySelector('div > p')!)).toBe('p "At most 200"');
  });
});
