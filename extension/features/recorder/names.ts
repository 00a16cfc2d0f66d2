import { redactWords } from './redact.ts';

/**
 * Role and name of what was clicked, in words. Lean on purpose: a few attributes and a little text in the handler,
 * not the full computation of accessible names, which takes three to ten times as long. Never a value that somebody
 * typed.
 */

const LONGEST_NAME = 80;

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
  if (role && role !== 'presentation' && role !== 'none') return byRole[role] ?? role;
  const tag = element.localName;
  if (tag === 'input') return byType[element.getAttribute('type')?.toLowerCase() ?? ''] ?? 'field';
  return byTag[tag] ?? tag;
}

const ACTIONABLE =
  'a,area,button,summary,input,select,textarea,option,label,[role=button],[role=link],[role^=menuitem],[role=tab],' +
  '[role=checkbox],[role=radio],[role=switch],[role=option],[role=treeitem],[onclick]';

/** The element that a click on `target` means: the nearest control around it, else itself. */
export function meant(target: Element): Element {
  return target.closest(ACTIONABLE) ?? target;
}
export const isControl = (element: Element): boolean => element.matches(ACTIONABLE);

/** Its text, without what was typed into it, and no more of it than a name can be. */
function textOf(element: Element): string {
  if (element.matches('input,textarea,select,[contenteditable]')) return '';
  let text = '';
  const walk = (node: Node): boolean => {
    for (let child = node.firstChild; child; child = child.nextSibling) {
      if (child.nodeType === 3) text += ` ${child.nodeValue ?? ''}`;
      else if (
        child.nodeType === 1 &&
        !(child as Element).matches('script,style,textarea,select,[contenteditable]')
      )
        walk(child);
      if (text.length > 4 * LONGEST_NAME) return false;
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

/** The accessible name, nearly: redacted, on one line, at most 80 characters; empty where the page gives none. */
export function nameOf(element: Element): string {
  const attribute = (name: string): string => element.getAttribute(name) ?? '';
  const isButton = /^(button|submit|reset)$/.test(element.localName === 'input' ? attribute('type') : '');
  // What stands in a form is no name of it.
  if (element.localName === 'form')
    return redactWords(attribute('aria-label') || attribute('name'), LONGEST_NAME);
  const candidates = [
    () => attribute('aria-label'),
    () => labelOf(element),
    () => (isButton ? attribute('value') : ''),
    () => attribute('alt'),
    () => textOf(element),
    () => element.querySelector('[aria-label],img[alt],svg title')?.getAttribute('aria-label') ?? '',
    () => element.querySelector('img[alt]')?.getAttribute('alt') ?? '',
    () => element.querySelector('svg title')?.textContent ?? '',
    () => attribute('title'),
    () => attribute('placeholder'),
    () => (element.matches('input,select,textarea') ? attribute('name') : ''),
  ];
  for (const candidate of candidates) {
    const name = redactWords(candidate(), LONGEST_NAME);
    if (name !== '') return name;
  }
  return '';
}

/** `button "Purge"`, or the role alone where there is no name. */
export function describe(element: Element): string {
  const name = nameOf(element);
  return name === '' ? roleOf(element) : `${roleOf(element)} "${name}"`;
}
