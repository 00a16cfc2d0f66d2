import { alive, native } from '../../platform/native.ts';

/** Leaving a page whose console shuts, whatever the page thinks of it. */
export function makeLeave(signal: AbortSignal): { toGate(): void; reload(): void } {
  let leaving = false;
  const silence = (event: Event) => {
    // A page with unsaved work could otherwise have the browser ask "Leave site?", and the person stay (T36).
    if (leaving) event.stopImmediatePropagation();
  };
  const listen = () => window.addEventListener('beforeunload', silence, { capture: true });
  listen();
  signal.addEventListener('abort', () => {
    if (!leaving) window.removeEventListener('beforeunload', silence, { capture: true });
  });
  const go = (how: () => void) => {
    leaving = true;
    listen(); // document.open() takes listeners away
    how();
  };
  const toGate = () =>
    go(() => {
      if (alive()) location.replace(`${native().runtime.getURL('gate.html')}#${wanted()}`);
    });
  return {
    /** In place of the page, so that "back" does not lead to it. */
    toGate,
    /** For a console that may be looked at still: what was open for changing ends, sockets included. */
    reload: () => (hasAddress() ? go(() => location.reload()) : toGate()),
  };
}

const hasAddress = (): boolean => /^https?:$/.test(location.protocol);

/** What the gate page is told was wanted: of a document without an address of its own only the origin is known. */
const wanted = (): string => (hasAddress() ? location.href : `${self.origin}/`);
