import type { StripPosition } from './position.ts';

interface Positioned {
  at: () => StripPosition;
  /** Shows it there. */
  put: (place: StripPosition) => void;
  /** Shows it there and remembers. */
  keep: (place: StripPosition) => void;
}

/** Less than this is a press and not a drag, in pixels. */
const MAX_CLICK_DRIFT_PX = 4;
const ARROW_STEP_PX = 16;
const ARROWS: Record<string, readonly [x: number, y: number]> = {
  ArrowLeft: [-ARROW_STEP_PX, 0],
  ArrowRight: [ARROW_STEP_PX, 0],
  ArrowUp: [0, -ARROW_STEP_PX],
  ArrowDown: [0, ARROW_STEP_PX],
};

/** The handle folds on a press, moves the strip on a drag and by the arrow keys; Home puts it back. */
export function moves(handle: HTMLElement, { at, put, keep }: Positioned): void {
  let from: { x: number; y: number; place: StripPosition } | undefined;
  let dragged = false;
  handle.addEventListener('pointerdown', (event) => {
    if (!event.isTrusted || event.button !== 0) return;
    from = { x: event.clientX, y: event.clientY, place: at() };
    dragged = false;
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener('pointermove', (event) => {
    if (!from) return;
    const [x, y] = [event.clientX - from.x, event.clientY - from.y];
    dragged ||= Math.hypot(x, y) > MAX_CLICK_DRIFT_PX;
    if (dragged) put({ ...from.place, x: from.place.x + x, y: from.place.y + y });
  });
  handle.addEventListener('pointerup', () => {
    if (from && dragged) keep(at());
    from = undefined;
  });
  handle.addEventListener('pointercancel', () => {
    if (from) put(from.place);
    from = undefined;
  });
  handle.addEventListener('click', (event) => {
    if (event.isTrusted && !dragged) keep({ ...at(), folded: !at().folded });
    dragged = false;
  });
  handle.addEventListener('keydown', (event) => {
    const by = ARROWS[event.key];
    if (!event.isTrusted || (!by && event.key !== 'Home')) return;
    event.preventDefault();
    event.stopPropagation();
    const place = at();
    keep(by ? { ...place, x: place.x + by[0], y: place.y + by[1] } : { ...place, x: 0, y: 0 });
  });
}
