/**
 * Where people write. What stands there is theirs, whoever put it there, so an element in it is told by role and label
 * alone. Attributes and ancestors only: nothing here makes the browser lay out or style the page.
 */

const WRITTEN = '[contenteditable]:not([contenteditable=false])';
/** By role, and by the class of what is known to draw text as plain elements and to read keys elsewhere. */
export const EDITOR =
  `${WRITTEN},[role=textbox],[role=searchbox],[role=combobox],[role=spinbutton],` +
  '[class*=CodeMirror],.cm-editor,.monaco-editor,.ace_editor,.xterm,.terminal,.ProseMirror,.ql-container';
/** Holds so much that its text is no name, and is no part of an editor. */
export const CONTAINER = 'form,main,section,article,dialog,table,ul,ol,body,[role=dialog],[role=main]';

/** The nearest editor around an element, through shadow roots; in a document of design mode its body. */
export function editorOf(element: Element): Element | undefined {
  for (let at: Element | undefined = element; at; at = hostOf(at)) {
    const found = at.closest(EDITOR);
    if (found) return found;
  }
  const { body, designMode } = element.ownerDocument;
  return designMode === 'on' ? body : undefined;
}
const hostOf = (element: Element): Element | undefined => {
  const root = element.getRootNode();
  return 'host' in root ? (root.host as Element) : undefined;
};

/** The host of editable text around an element, or undefined. */
export const writtenIn = (element: Element): Element | null => element.closest(WRITTEN);

/**
 * Is an element probably a line of an editor that nothing marks as one? Such editors keep a textarea beside their
 * lines, without name or label because nobody is meant to see it, for the keys.
 */
export function besideKeys(element: Element): boolean {
  const root = element.getRootNode() as Document | ShadowRoot;
  const catchers = [...root.querySelectorAll('textarea')].filter(
    (one) => !one.matches('[name],[placeholder],[title]') && one.labels.length === 0,
  );
  if (catchers.length === 0) return false;
  let around: Element | null = element;
  for (let up = 0; around && up < 8 && !around.matches(CONTAINER); up += 1, around = around.parentElement) {
    const editor = around;
    if (catchers.some((one) => editor === one.parentElement || editor === one.parentElement?.parentElement))
      return true;
  }
  return false;
}

/** The role of an editor in the words of people. */
export const editorRole = (editor: Element): string =>
  editor.matches('.xterm,.terminal') ? 'terminal' : writtenIn(editor) === editor ? 'field' : 'editor';
