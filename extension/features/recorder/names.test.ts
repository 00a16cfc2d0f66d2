// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { describe as say, meant } from './names.ts';

const of = (html: string): string => {
  document.body.innerHTML = html;
  return say(document.querySelector('[data-me]') ?? document.body.firstElementChild!);
};

describe('role and name', () => {
  it.each([
    ['<button>Purge</button>', 'button "Purge"'],
    ['<a href="#" aria-label="Delete orders"><svg></svg></a>', 'link "Delete orders"'],
    [
      '<span id="l">Queue name</span><div role="textbox" data-me aria-labelledby="l">typed text</div>',
      'field "Queue name"',
    ],
    ['<a href="#"><img alt="Home"></a>', 'link "Home"'],
    ['<button><svg><title>Close</title></svg></button>', 'button "Close"'],
    ['<button title="Refresh"></button>', 'button "Refresh"'],
    ['<input type="submit" value="Save all">', 'button "Save all"'],
    ['<input type="text" value="typed" placeholder="Search">', 'field "Search"'],
    ['<label>Force <input type="checkbox" data-me></label>', 'checkbox "Force"'],
    ['<div role="menuitem">Restart\n  flows</div>', 'menuitem "Restart flows"'],
    ['<div contenteditable>typed</div>', 'field'],
    ['<div contenteditable="false">Read only</div>', 'div "Read only"'],
    ['<form name="user">Save</form>', 'form "user"'],
    ['<section>All of it</section>', 'section'],
    ['<canvas></canvas>', 'canvas'],
    ['<button>AKIAIOSFODNN7EXAMPLE</button>', 'button "***"'],
  ])('%s is %s', (html, words) => expect(of(html)).toBe(words));

  it('is cut at 80 characters, and no more of a long text is read than that takes', () => {
    expect(of(`<button>${'word '.repeat(100_000)}</button>`)).toHaveLength('button ""'.length + 80);
  });

  it('is of the control around what was clicked', () => {
    document.body.innerHTML = '<button><b><i>x</i></b></button><p>y</p>';
    expect(meant(document.querySelector('i')!).localName).toBe('button');
    expect(meant(document.querySelector('p')!).localName).toBe('p');
  });
});
