import { besideKeys, CONTAINER, EDITOR, editorOf, editorRole } from './editors.ts';
import { redactWords } from '../redaction/index.ts';

/**
 * Role and name of what was clicked, in words. Lean on purpose: a few attributes and a little text in the handler,
 * not the full computation of accessible names, which takes three to ten times as long. Never a value that somebody
 * typed: of fields and editors, and of all that stands in them, role and label alone.
 */

/** Makes text from the page fit for the record; `plain` where it is the text of an element that is no control. */
export type Clean = (text: string, plain: boolean) => string;

export const MAX_NAME_LENGTH = 80;

const byTag: Record<string, string> = {
  a: 'link',
  area: 'link',
  button: 'button',
  summary: 'button',
  select: 'list',
  option: 'option',
  textarea: 'field',
  img: 'image',
  canvas: 'canvas',
  video: 'video',
  label: 'label',
  form: 'form',
  td: 'cell',
  th: 'heading',
  tr: 'row',
  li: 'item',
  body: 'field', // told only where the whole document is edited
};
const byRole: Record<string, string> = {
  textbox: 'field',
  searchbox: 'field',
  spinbutton: 'field',
  combobox: 'list',
  listbox: 'list',
  menuitemcheckbox: 'menuitem',
  menuitemradio: 'menuitem',
  gridcell: 'cell',
};
const byType: Record<string, string> = {
  button: 'button',
  submit: 'button',
  reset: 'button',
  image: 'button',
  checkbox: 'checkbox',
  radio: 'radio button',
  password: 'password field',
  range: 'slider',
  file: 'file field',
};

/** The role in the words of people; the tag where there is no better word. */
export function roleOf(element: Element): string {
  const role = /^[\w-]+/.exec(element.getAttribute('role') ?? '')?.[0];
  if (element.matches(EDITOR) && !byRole[role ?? '']) return editorRole(element);
  if (role && role !== 'presentation' && role !== 'none') return byRole[role] ?? role;
  const tag = element.localName;
  if (tag === 'input') return byType[element.getAttribute('type')?.toLowerCase() ?? ''] ?? 'field';
  return byTag[tag] ?? tag;
}

const ACTIONABLE =
  'a,area,button,summary,input,select,textarea,option,label,[role=button],[role=link],[role^=menuitem],[role=tab],' +
  '[role=checkbox],[role=radio],[role=switch],[role=option],[role=treeitem],[onclick]';

/** The element that a click on `target` means: the nearest control around it, unless an editor is nearer, else itself. */
export function meant(target: Element): Element {
  const nearest = target.closest(`${ACTIONABLE},${EDITOR}`);
  return nearest && isControl(nearest) ? nearest : target;
}
export const isControl = (element: Element): boolean => element.matches(ACTIONABLE);

const UNREAD = `script,style,input,textarea,select,${EDITOR}`;

/** Its text, without what was typed into it, and no more of it than a name can be. */
function textOf(element: Element): string {
  if (element.matches(UNREAD) || editorOf(element)) return '';
  let text = '';
  const walk = (node: Node): boolean => {
    for (let child = node.firstChild; child; child = child.nextSibling) {
      if (child.nodeType === 3) text += ` ${child.nodeValue ?? ''}`;
      else if (child.nodeType === 1 && !(child as Element).matches(UNREAD)) walk(child);
      if (text.length > 4 * MAX_NAME_LENGTH) return false;
    }
    return true;
  };
  walk(element);
  return text;
}

function labelOf(element: Element): string {
  const root = element.getRootNode() as Document | ShadowRoot;
  const by = element.getAttribute('aria-labelledby');
  if (by)
    return by
      .split(/\s+/)
      .map((id) => textOrNothing(root.getElementById(id)))
      .join(' ');
  if (!element.matches('input,select,textarea')) return '';
  const around = element.closest('label');
  if (around) return textOf(around);
  return element.id ? textOrNothing(root.querySelector(`label[for="${CSS.escape(element.id)}"]`)) : '';
}
const textOrNothing = (element: Element | null): string => (element ? textOf(element) : '');

/** What a picture in an element is called. */
const pictureOf = (found: Element | null): string =>
  found?.getAttribute('aria-label') ?? found?.getAttribute('alt') ?? found?.textContent ?? '';

/** The accessible name, nearly, on one line; empty where the page gives none. `alone`: from its label, not its text. */
function nameOf(element: Element, clean: Clean, alone: boolean): string {
  const plain = !isControl(element);
  const attribute = (name: string): string => element.getAttribute(name) ?? '';
  const isField = element.matches('input,select,textarea');
  const isButton = element.localName === 'input' && /^(button|submit|reset)$/.test(attribute('type'));
  const labels = [
    () => attribute('aria-label'),
    () => labelOf(element),
    () => (isButton ? attribute('value') : ''),
  ];
  const texts = [
    () => attribute('alt'),
    () => textOf(element),
    () => pictureOf(element.querySelector('[aria-label],img[alt],svg title')),
  ];
  const hints = [
    () => attribute('title'),
    () => attribute('placeholder'),
    () => (isField || element.localName === 'form' ? attribute('name') : ''),
  ];
  for (const candidate of alone ? [...labels, ...hints] : [...labels, ...texts, ...hints]) {
    const text = candidate();
    if (text.trim() !== '') return clean(text, plain);
  }
  return '';
}

/** What of an editor's own makes a name from what stands in it: a link in a text, a suggestion. */
const FROM_TEXT = 'a,option,label,[role=link],[role=option],[role=treeitem]';

/** `button "Purge"`, or the role alone where there is no name, or where the name could be what somebody typed. */
export function describe(
  element: Element,
  clean: Clean = (text) => redactWords(text, MAX_NAME_LENGTH),
): string {
  const control = isControl(element);
  const editor = editorOf(element);
  const told = editor && !control ? editor : element;
  const alone = editor !== undefined || element.matches(CONTAINER) || (!control && besideKeys(element));
  const name = editor && element.matches(FROM_TEXT) ? '' : nameOf(told, clean, alone);
  return name === '' ? roleOf(told) : `${roleOf(told)} "${name}"`;
}
