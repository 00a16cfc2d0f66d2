import type { Page } from '@playwright/test';

/** A node as CDP's DOM domain gives it, with what is read of it here. */
type Node = {
  nodeName: string;
  nodeValue?: string;
  backendNodeId: number;
  attributes?: string[];
  children?: Node[];
  shadowRoots?: Node[];
  contentDocument?: Node;
};
type Shown = { words: string; buttons: string[] };

function* within(node: Node): Generator<Node> {
  yield node;
  for (const child of [...(node.shadowRoots ?? []), ...(node.children ?? [])]) yield* within(child);
}
const attribute = (node: Node, name: string): string | undefined => {
  const at = node.attributes?.indexOf(name) ?? -1;
  return at === -1 ? undefined : node.attributes?.[at + 1];
};
const textOf = (node: Node): string =>
  [...within(node)]
    .filter(({ nodeName }) => nodeName === '#text')
    .map(({ nodeValue }) => nodeValue ?? '')
    .join(' ')
    .trim();

/**
 * The strip over a console's page, as a person meets it. Its shadow root is closed, to Playwright as well, so it is read
 * and found through the debugger, and pressed with the mouse.
 */
export class StripOver {
  readonly #page: Page;
  constructor(page: Page) {
    this.#page = page;
  }

  /** What it says and offers; undefined where there is none. */
  async shown(): Promise<Shown | undefined> {
    const strip = await this.#find();
    if (!strip) return undefined;
    const nodes = [...within(strip)];
    const words = nodes.filter((node) => /^(SPAN|B)$/.test(node.nodeName) && !hidden(node)).map(textOf);
    const buttons = nodes.filter((node) => attribute(node, 'data-b') !== undefined).map(textOf);
    return { words: words.join(' '), buttons };
  }

  /** Presses the button that is called so. */
  async press(name: string): Promise<void> {
    const cdp = await this.#page.context().newCDPSession(this.#page);
    const strip = await this.#find();
    const button = [...within(strip ?? nothing)].find(
      (node) => attribute(node, 'data-b') !== undefined && textOf(node) === name,
    );
    if (!button) throw new Error(`the strip has no button ${name}`);
    const { model } = await cdp.send('DOM.getBoxModel', { backendNodeId: button.backendNodeId });
    const [left = 0, top = 0, right = 0, , , bottom = 0] = model.content;
    await cdp.detach();
    await this.#page.mouse.click((left + right) / 2, (top + bottom) / 2);
  }

  async #find(): Promise<Node | undefined> {
    const cdp = await this.#page.context().newCDPSession(this.#page);
    const { root } = await cdp.send('DOM.getDocument', { depth: -1, pierce: true });
    await cdp.detach();
    return [...within(root)].find((node) => attribute(node, 'aria-label')?.startsWith('Countersign, '));
  }
}

const hidden = (node: Node): boolean => attribute(node, 'hidden') !== undefined;
const nothing: Node = { nodeName: '', backendNodeId: 0 };
