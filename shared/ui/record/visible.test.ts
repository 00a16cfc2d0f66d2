import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { cut, visible, visibleString } from './visible.ts';

const drawn = (text: string, lines = false): string =>
  visible(text, lines)
    .map((piece) => ('text' in piece ? piece.text : `[${piece.label}]`))
    .join('');

describe('case 71: text that somebody else wrote', () => {
  it.each([
    ['a bidirectional override', 'pay \u202Eslaed\u202C now', 'pay [RLO]slaed[PDF] now'],
    ['isolates', '\u2066x\u2069', '[LRI]x[PDI]'],
    ['zero-width characters', 'ad\u200bmin\ufeff', 'ad[ZWSP]min[BOM]'],
    ['controls', 'a\u0007\u001b[31mb\u009b', 'a[BEL][ESC][31mb[U+009B]'],
    ['a line break on one line', 'one\r\ntwo', 'one[CR][↵]two'],
    ['tag characters that spell a hidden sentence', 'ok\u{E0041}\u{E0042}', 'ok[U+E0041][U+E0042]'],
    ['a lone surrogate', 'a\ud800b', 'a[U+D800]b'],
    ['blank letters', 'a\u3164b\u2800c', 'a[U+3164]b[U+2800]c'],
    ['a joiner between plain letters', 'ad\u200dmin', 'ad[ZWJ]min'],
    ['a tower of marks', `e${'\u0301'.repeat(40)}!`, `e${'\u0301'.repeat(4)}[+36]!`],
  ])('shows %s', (_what, text, expected) => {
    expect(drawn(text)).toBe(expected);
  });

  it('keeps line breaks where asked, and one for each pair', () => {
    expect(drawn('one\r\ntwo\nthree\rfour', true)).toBe('one\ntwo\nthree[CR]four');
  });

  it('leaves honest writing alone', () => {
    for (const text of ['Zoë naïve', 'שלום', 'می\u200cخواهم', '👩‍💻 👍🏽 🏳️‍🌈', 'क्\u200dष', '日本語'])
      expect(drawn(text)).toBe(text);
  });

  it('cuts by code points and never inside one', () => {
    expect(cut('👍👍👍', 2)).toEqual({ shown: '👍👍', left: 1 });
    expect(cut('ab', 2)).toEqual({ shown: 'ab', left: 0 });
    expect(cut('', 2)).toEqual({ shown: '', left: 0 });
  });

  it('cuts by lines too, so that line breaks push nothing off the screen', () => {
    expect(cut('a\nb\nc\nd', 99, 2)).toEqual({ shown: 'a\nb', left: 4 });
    expect(cut('a\nb', 99, 2)).toEqual({ shown: 'a\nb', left: 0 });
  });

  it('writes a line for titles and notifications', () => {
    expect(visibleString('a\u202eb\nc')).toBe('a⟦RLO⟧b⟦↵⟧c');
    expect(visibleString('x'.repeat(10_000))).toHaveLength(141);
  });

  test.prop([fc.string({ unit: 'binary', maxLength: 200 })])(
    'nothing hidden is left in what is drawn',
    (text) => {
      for (const piece of visible(text)) {
        const said = 'text' in piece ? piece.text : piece.label;
        expect(said).not.toMatch(
          /[\p{Cc}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f]/u,
        );
      }
    },
  );

  test.prop([fc.string({ unit: 'grapheme-ascii', maxLength: 50 })])(
    'plain text comes through whole',
    (text) => {
      expect(drawn(text)).toBe(text);
    },
  );
});
