/**
 * Makes text that somebody else wrote safe to look at (case 71): what would be invisible, or would reorder or
 * overdraw its surroundings, becomes a label. Pure, so that strip, notifications and logs can use it too.
 */

/** A run of ordinary text, or one character that is shown by name. */
export type Piece = { text: string } | { label: string; means: string };

const named: Record<string, readonly [label: string, means: string]> = {
  '\u0000': ['NUL', 'null character'],
  '\u0007': ['BEL', 'bell'],
  '\u0008': ['BS', 'backspace'],
  '\u0009': ['TAB', 'tab'],
  '\u000a': ['↵', 'line break'],
  '\u000d': ['CR', 'carriage return'],
  '\u001b': ['ESC', 'escape'],
  '\u007f': ['DEL', 'delete'],
  '\u00ad': ['SHY', 'soft hyphen'],
  '\u061c': ['ALM', 'Arabic letter mark'],
  '\u200b': ['ZWSP', 'zero-width space'],
  '\u200c': ['ZWNJ', 'zero-width non-joiner'],
  '\u200d': ['ZWJ', 'zero-width joiner'],
  '\u200e': ['LRM', 'left-to-right mark'],
  '\u200f': ['RLM', 'right-to-left mark'],
  '\u2028': ['LS', 'line separator'],
  '\u2029': ['PS', 'paragraph separator'],
  '\u202a': ['LRE', 'left-to-right embedding'],
  '\u202b': ['RLE', 'right-to-left embedding'],
  '\u202c': ['PDF', 'end of embedding or override'],
  '\u202d': ['LRO', 'left-to-right override'],
  '\u202e': ['RLO', 'right-to-left override'],
  '\u2060': ['WJ', 'word joiner'],
  '\u2066': ['LRI', 'left-to-right isolate'],
  '\u2067': ['RLI', 'right-to-left isolate'],
  '\u2068': ['FSI', 'first strong isolate'],
  '\u2069': ['PDI', 'end of isolate'],
  '\ufeff': ['BOM', 'byte order mark'],
};

/**
 * What never shows as itself: controls, format characters, separators of lines, private use, lone surrogates,
 * blank letters that pass for spaces, and more than four marks stacked on one letter.
 */
const hidden = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\u2800]|(?<=\p{M}{4})\p{M}+/gu;

/** A joiner between letters of a script that needs it, or inside an emoji, is spelling and not a trick. */
const joins =
  /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\p{M}\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Malayalam}\p{Script=Sinhala}]/u;

function isSpelling(text: string, at: number): boolean {
  const before = /.$/su.exec(text.slice(Math.max(0, at - 2), at))?.[0] ?? '';
  const after = /^./su.exec(text.slice(at + 1, at + 3))?.[0] ?? '';
  return joins.test(before) && joins.test(after);
}

function nameOf(match: string): { label: string; means: string } {
  const known = named[match];
  if (known) return { label: known[0], means: known[1] };
  const point = (match.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  if (/^\p{M}/u.test(match))
    return { label: `+${Array.from(match).length}`, means: 'more marks on one letter' };
  return { label: `U+${point}`, means: 'character that does not show' };
}

/** Cuts `text` into pieces to draw. With `lines`, line breaks stay line breaks. */
export function visible(text: string, lines = false): Piece[] {
  const source = lines ? text.replaceAll('\r\n', '\n') : text;
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of source.matchAll(hidden)) {
    const [found] = match;
    if (lines && found === '\n') continue;
    if ((found === '\u200c' || found === '\u200d') && isSpelling(source, match.index)) continue;
    if (match.index > from) pieces.push({ text: source.slice(from, match.index) });
    pieces.push(nameOf(found));
    from = match.index + found.length;
  }
  if (from < source.length) pieces.push({ text: source.slice(from) });
  return pieces;
}

/** The first `max` code points of `text`, or less if `maxLines` lines end before that, and how many were left off. */
export function cut(text: string, max: number, maxLines = Infinity): { shown: string; left: number } {
  const points = Array.from(text);
  let lines = 0;
  const lastLine = points.findIndex((point) => point === '\n' && ++lines === maxLines);
  const end = Math.min(points.length, max, lastLine === -1 ? Infinity : lastLine);
  return { shown: points.slice(0, end).join(''), left: points.length - end };
}

/** The same on one line as a plain string, for titles, notifications and terminals: labels stand in ⟦brackets⟧. */
export function visibleString(text: string, max = 140): string {
  const { shown, left } = cut(text, max);
  const drawn = visible(shown).map((piece) => ('text' in piece ? piece.text : `⟦${piece.label}⟧`));
  return drawn.join('') + (left > 0 ? '…' : '');
}
