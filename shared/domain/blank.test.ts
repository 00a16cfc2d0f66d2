import { describe, expect, test } from 'vitest';
import { isBlank } from './blank.ts';

describe('case 71: a text says nothing', () => {
  test.each([
    ['empty', ''],
    ['spaces', ' \t\n\u00a0\u2003\u3000\u202f\u205f\u1680'],
    ['U+3164, the Hangul filler', '\u3164'],
    ['U+FFA0, its half-width form', '\uffa0'],
    ['U+115F and U+1160, fillers of jamo', '\u115f\u1160'],
    ['U+2800, the blank of braille', '\u2800'],
    ['zero-width and joiners', '\u200b\u200c\u200d\u2060\ufeff\u034f'],
    ['marks of direction', '\u200e\u200f\u202a\u202e\u2066\u2069'],
    ['variation selectors and tags', '\ufe0f\u{e0100}\u{e0041}'],
    ['vowels that are not drawn', '\u17b4\u17b5\u180e'],
    ['a musical head that is not drawn', '\u{1d159}'],
    ['blanks among hieroglyphs', '\u{13441}\u{13442}'],
    ['controls', '\u0000\u0007\u001b\u0085'],
    ['marks without a letter', '\u0301\u20dd'],
    ['signs alone', '... -!? «»'],
    ['unassigned, private and half characters', '\u0378\ue000\ud800'],
    ['all of these at once', '\u3164 \uffa0\u115f\t\u1160\u2800'],
  ])('%s', (_, text) => expect(isBlank(text)).toBe(true));

  test.each(['a', '7', 'é', 'é'.normalize('NFD'), '再起動', 'ﷺ', 'ㄱ', '가', '⑦', '\u3164x', ' - 1'])(
    'but not %s',
    (text) => expect(isBlank(text)).toBe(false),
  );
});

test('no single character that nothing draws says something', () => {
  const passed: string[] = [];
  for (let point = 0; point <= 0x10ffff; point++) {
    const character = String.fromCodePoint(point);
    if (/[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{C}\p{Z}]/u.test(character) && !isBlank(character))
      passed.push(point.toString(16));
  }
  expect(passed).toEqual([]);
});
