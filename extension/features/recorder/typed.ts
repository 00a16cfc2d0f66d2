import { EDITOR, writtenIn } from './editors.ts';
import { decoded, MARK } from '../redaction/index.ts';

/**
 * What was typed in this page, so that no name and no title repeats it: chips, previews, lists of suggestions, tabs and
 * titles are made of it. Kept in memory, for as long as the page lives, and never written. Words that the page itself
 * showed before they were typed are the page's own and stay.
 */
export interface Typed {
  /** To be told of keys, input, paste, drop and focus before the page is. Cheap for each key. */
  hear(event: Event): void;
  /** Remembers a text as typed. */
  learn(text: string): void;
  /**
   * `text` with what was typed marked, and empty where nothing else is left. Of a `plain` element, which is no control,
   * the whole text goes.
   */
  without(text: string, plain?: boolean): string;
  /** A redacted address without values of parameters that were typed. */
  outOf(address: string): string;
}

/** In characters: of words, of one text, and texts in all. The oldest go first. */
const MAX_WORDS_CHARS = 20_000;
const MAX_TEXTS = 200;
/** How many words of a text are looked for in the page's run. */
const MAX_SEARCHED_WORDS = 500;

/** What buttons say is nobody's secret, and the record needs it. */
const COMMON =
  ' ok cancel save delete drop run create add remove edit update apply confirm search close open yes no start stop restart purge send ';

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** The events that a memory is told of. `keydown` comes once for each key. */
export const HEARD = [
  'keydown',
  'beforeinput',
  'input',
  'compositionend',
  'paste',
  'drop',
  'pointerdown',
  'change',
  'focusout',
] as const;

/** The words of a page; and all in one run, because its text has no space between a heading and what follows. */
function readWords(text: string) {
  const all = wordsOf(text.slice(0, 10 * MAX_WORDS_CHARS));
  return { each: new Set(all), run: all.join('') };
}

export function typedMemory(): Typed {
  /** Words, each between two spaces, and whole texts as their words with a space between. */
  let words = ' ';
  let texts: string[] = [];
  /** Where is being typed, the keys since, and what the page showed before. */
  let field: Element | undefined;
  let keys = '';
  let erasing = false;
  let shown = '';
  /** Its words, read when they are first asked for. */
  let before: ReturnType<typeof readWords> | undefined;

  const isTyped = (word: string): boolean => words.includes(` ${word} `);

  function learn(text: string): void {
    const all = wordsOf(text.slice(-MAX_WORDS_CHARS));
    const whole = all.join(' ');
    const { each, run } = (before ??= readWords(shown));
    const isOwn = (word: string, n: number): boolean =>
      each.has(word) || (n < MAX_SEARCHED_WORDS && run.includes(word));
    const fresh = [...new Set(all)].filter(
      (word, n) => !isTyped(word) && !COMMON.includes(` ${word} `) && !isOwn(word, n),
    );
    if (fresh.length > 0) words = ` ${words}${fresh.join(' ')} `.slice(-MAX_WORDS_CHARS);
    // Of words that the page showed, the text may still be new.
    if (
      whole.length > 3 &&
      !texts.includes(whole) &&
      (all.length > 1 ? !run.includes(all.join('')) : isTyped(whole))
    )
      texts = [...texts, whole].slice(-MAX_TEXTS);
  }

  /** Takes in what is being typed; at the `end` of it, what comes next begins anew. */
  function takeIn(end: boolean): void {
    if (!field) return;
    learn(keys);
    learn(contentOf(field));
    if (!end) return;
    field = before = undefined;
    keys = shown = '';
  }

  function begin(event: Event): void {
    const target = event.composedPath()[0];
    // An element of another frame is none of this one's `Element`.
    if (target === field || (target as Node | undefined)?.nodeType !== 1) return;
    takeIn(true);
    field = target as Element;
    erasing = false;
    // After the fact nobody knows what the page showed before: filled in by the browser, or by a script.
    if (event.type === 'input') return;
    const page = field.ownerDocument;
    const root = field.getRootNode();
    shown = `${page.title} ${page.body?.textContent} ${'host' in root ? root.textContent : ''}`;
    // What was written into an editor earlier is no more the page's own.
    for (const { textContent } of page.querySelectorAll(EDITOR))
      if (textContent.length > 3) shown = shown.replace(textContent, ' ');
    shown += contentOf(field);
  }

  function pressed(event: KeyboardEvent): void {
    const { key } = event;
    if (key.length === 1 && !event.metaKey && (!event.ctrlKey || event.altKey)) {
      begin(event);
      keys += key;
      erasing = false;
    } else if (key === 'Backspace') {
      if (!erasing) learn(keys);
      erasing = true;
      keys = keys.slice(0, -1);
    } else if (/^(?:Enter|Tab|Esc|Arrow|Home|End|Page|Del)/.test(key)) takeIn(true);
  }

  return {
    learn,
    hear(event) {
      switch (event.type) {
        case 'keydown':
          return pressed(event as KeyboardEvent);
        case 'beforeinput':
        case 'input':
          return begin(event);
        case 'compositionend':
          begin(event);
          keys += ` ${(event as CompositionEvent).data} `;
          return undefined;
        case 'paste':
        case 'drop': {
          begin(event);
          const { clipboardData, dataTransfer } = event as ClipboardEvent & DragEvent;
          return learn((clipboardData ?? dataTransfer)?.getData('text/plain') ?? '');
        }
        default:
          return takeIn(true);
      }
    },
    outOf: (address) =>
      address.replace(/=([^&#;=]+)/g, (whole, value: string) =>
        without(decoded(value)) === decoded(value) ? whole : `=${MARK}`,
      ),
    without,
  };

  function without(text: string, plain = false): string {
    takeIn(false);
    const all = wordsOf(text);
    const flat = all.join('');
    /** Is a whole text that was typed in here, however the page parts it? */
    const repeated = texts.filter((one) => flat.includes(one.replaceAll(' ', '')));
    const cut = /[\p{L}\p{N}]+(?=…|\.\.\.)/u.exec(text)?.[0].toLowerCase();
    const isCut = cut !== undefined && cut.length > 2 && words.includes(` ${cut}`);
    const isPiece = plain && flat.length > 3 && texts.some((one) => one.replaceAll(' ', '').includes(flat));
    if (!isCut && !isPiece && repeated.length === 0 && !all.some((word) => word.length > 2 && isTyped(word)))
      return text;
    // Parted within its words, it cannot be taken out of them.
    if (plain || repeated.some((one) => !` ${all.join(' ')} `.includes(` ${one} `))) return '';
    const marked = text
      .replace(/[\p{L}\p{N}]+/gu, (word) => {
        const small = word.toLowerCase();
        const out =
          isTyped(small) ||
          (isCut && small === cut) ||
          repeated.some((one) => ` ${one} `.includes(` ${small} `));
        return out ? MARK : word;
      })
      .replace(/\*{3}(?:[^\p{L}\p{N}*]*\*{3})+/gu, MARK);
    return wordsOf(marked).length === 0 ? '' : marked;
  }
}

const SHARED = 'countersign-typed';

/**
 * The memory of this frame: that of the tab's own page where both are of one origin, because what is typed in one frame
 * is shown in another. Firefox keeps our scripts apart, so there a frame of the same origin tells no plain text at all.
 */
export function typedHere(top: boolean): Typed {
  const own = typedMemory();
  try {
    const world = window.top as unknown as { [SHARED]?: Typed };
    if (top) world[SHARED] = own;
    return world[SHARED] ?? { ...own, without: (text, plain) => (plain ? '' : own.without(text)) };
  } catch {
    return own; // within a page of another origin
  }
}

/** What stands in a field, or in the editable text around an element; nothing where it is neither. */
function contentOf(field: Element): string {
  if (field.matches('textarea,input:not([type=checkbox],[type=radio],[type=button],[type=submit])'))
    return (field as HTMLInputElement).value;
  const { body, designMode } = field.ownerDocument;
  return (designMode === 'on' ? body : writtenIn(field))?.textContent ?? '';
}
