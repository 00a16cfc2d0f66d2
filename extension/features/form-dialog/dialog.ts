import type { Gate } from '../../platform/gates.ts';
import { native } from '../../platform/native.ts';
import { markOwn, rearmed, reportTampering, tamperCount, type ConsolePage } from '../page/index.ts';
import { CLOSE_FORM } from './close.ts';
import sheet from './dialog.css?inline';

/** How often the dialog looks whether the page put something of its own above it. */
const LOOK_MS = 250;
/** Showing it again takes the focus out of what is being typed, so no more often than this. */
const AGAIN_MS = 1000;

export interface FormDialog {
  /** `what`: the grant that should get more time, `change` for that level beside a grant to look, or empty. */
  open: (console: string, what: string) => void;
  /** Closes when what was asked for has come. */
  follow: (gate: Gate) => void;
}

/**
 * The request form over a console's page: the extension's own page in a frame, in a modal dialog, in a closed shadow
 * root. The page hears no key typed in it (T18), cannot style it, and cannot put its own modal above it for long (T16).
 */
export function formDialog(page: ConsolePage): FormDialog {
  let close: (() => void) | undefined;
  let openedAt: Pick<Gate, 'grant' | 'until'> | undefined;

  function open(console: string, what: string): void {
    close?.();
    const gate = page.gate();
    openedAt = gate && { grant: gate.grant, until: gate.until };
    const host = document.createElement('div');
    markOwn(host);
    const root = host.attachShadow({ mode: 'closed' });
    const style = document.createElement('style');
    style.textContent = sheet;
    const dialog = document.createElement('dialog');
    dialog.setAttribute('aria-label', 'Countersign: request access');
    const frame = document.createElement('iframe');
    frame.title = 'Request access';
    frame.src = native().runtime.getURL(`form.html#${console}${what === '' ? '' : `|${what}`}`);
    // Keys typed before the form took the focus would be the page's (T18).
    // The frame's process changes as it loads, and a focus given before does not go along.
    frame.addEventListener('load', () => {
      frame.blur();
      frame.focus();
    });
    dialog.append(frame);
    root.append(style, dialog);

    const controller = new AbortController();
    const { signal } = controller;
    const end = (): void => {
      controller.abort();
      host.remove();
      close = undefined;
      openedAt = undefined;
    };
    close = end;
    page.signal.addEventListener('abort', end, { once: true, signal });

    let shown = 0;
    let showing = false;
    const fight = tamperCount();
    function show(): void {
      showing = true;
      const root: unknown = document.documentElement;
      if (root instanceof HTMLElement && host.parentNode !== root) root.append(host);
      dialog.close();
      dialog.showModal();
      frame.focus();
      shown = Date.now();
      showing = false;
    }
    function look(): void {
      for (const name of host.getAttributeNames()) host.removeAttribute(name);
      if (isOnTop(host, dialog) || Date.now() - shown < AGAIN_MS) return;
      if (fight(Date.now())) {
        end();
        reportTampering(page);
      } else show();
    }
    // A close that we did not make is Escape, or the page's doing where it reaches our dialog, which it does not.
    dialog.addEventListener('close', () => {
      if (!showing && !dialog.open && host.isConnected) end();
    });
    const closed = (event: MessageEvent): void => {
      if (event.source === frame.contentWindow && event.data === CLOSE_FORM) end();
    };
    rearmed(() => addEventListener('message', closed, { signal }), signal);
    const timer = setInterval(look, LOOK_MS);
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
    show();
  }

  return {
    open,
    follow({ grant, until }) {
      if (openedAt && (grant !== openedAt.grant || until > openedAt.until + 1000)) close?.();
    },
  };
}

/** Is the dialog in the document, modal, and the topmost thing at its middle? */
function isOnTop(host: HTMLElement, dialog: HTMLDialogElement): boolean {
  if (!host.isConnected || !dialog.matches(':modal')) return false;
  const { left, top, width, height } = dialog.getBoundingClientRect();
  return document.elementFromPoint(left + width / 2, top + height / 2) === host;
}
