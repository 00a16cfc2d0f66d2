import { native } from './native.ts';

interface Rooted extends Element {
  /** Firefox, in content scripts. */
  openOrClosedShadowRoot?: ShadowRoot | null;
}
interface WithDom {
  /** Chromium, in content scripts. */
  dom?: { openOrClosedShadowRoot(element: Element): ShadowRoot | null };
}

function rootOf(element: Element): ShadowRoot | null {
  const closed = (element as Rooted).openOrClosedShadowRoot;
  if (closed !== undefined) return closed;
  if (!(element instanceof HTMLElement)) return null;
  return (native() as WithDom | undefined)?.dom?.openOrClosedShadowRoot(element) ?? null;
}

/** The element that a pointer event really fell on, behind closed shadow roots too; `element` itself for other events. */
export function innermost(element: Element, event: Event): Element {
  if (!('clientX' in event) || !('clientY' in event)) return element;
  let inner = element;
  for (let depth = 0; depth < 8; depth += 1) {
    const deeper = rootOf(inner)?.elementFromPoint(Number(event.clientX), Number(event.clientY));
    if (!deeper || deeper === inner) break;
    inner = deeper;
  }
  return inner;
}
