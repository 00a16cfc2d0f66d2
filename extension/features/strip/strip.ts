import type { Gate } from '../../platform/gates.ts';
import { tellWorker } from '../../platform/post.ts';
import { watchVisible } from '../../platform/visibility.ts';
import { formDialog } from '../form-dialog/index.ts';
import { reportTampering, tamperCount, type ConsolePage } from '../page/index.ts';
import { notice, onNotice } from '../view-only/index.ts';
import { buildStrip, type ButtonName, type Strip } from './build.ts';
import { guard } from './guard.ts';
import { moves } from './move.ts';
import { readPosition, START, within, writePosition } from './position.ts';
import { say } from './say.ts';

/** How long "End" asks once more. */
const CONFIRM_MS = 4000;

/**
 * The strip over a console's page: state, minutes, Request access, Extend and End. It takes no text, and asks for nothing
 * that a touch or an approver would not still have to confirm. In frames there is none.
 */
export function startStrip(page: ConsolePage): void {
  if (!page.top) return;
  let strip: Strip | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  const form = formDialog(page);

  function draw(): void {
    const gate = page.gate();
    if (gate) strip?.show(say(gate, Date.now(), notice()), gate.name);
  }

  onNotice(draw);
  page.onGate((gate) => {
    strip ??= build(page, gate, form.open);
    timer ??= setInterval(draw, 1000);
    draw();
    form.follow(gate);
  });
  // A worker hears nothing of the network; while a console shuts for want of it, its page does.
  addEventListener('online', () => tellWorker('online', {}), { signal: page.signal });
  page.signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

function build(page: ConsolePage, first: Gate, openForm: (console: string, what: string) => void): Strip {
  const { signal } = page;
  let sure = 0;
  const press = (button: ButtonName, event: Event): void => {
    const gate = page.gate();
    // Something may be painted over the strip that lets clicks through.
    if (!gate || !visible()) return;
    if (button === 'more') return openForm(gate.console, gate.grant);
    if (button === 'ask') return openForm(gate.console, gate.grant === '' ? '' : 'change');
    const element = event.currentTarget;
    if (!(element instanceof HTMLElement)) return;
    if (Date.now() < sure) return tellWorker('end-here', { console: gate.console });
    sure = Date.now() + CONFIRM_MS;
    element.textContent = 'End now?';
    setTimeout(() => (element.textContent = 'End'), CONFIRM_MS);
  };
  const strip = buildStrip(press);
  const visible = watchVisible(strip.body, signal);

  let place = START;
  const put = (next: typeof place): void => {
    place = within(next, innerWidth, innerHeight);
    strip.body.style.transform = `translate(${place.x}px, ${place.y}px)`;
    strip.fold(place.folded);
  };
  put(place);
  const keep = (next: typeof place): void => {
    put(next);
    writePosition(first.console, place).catch(() => {
      // It comes back where it was: a matter of comfort.
    });
  };
  readPosition(first.console).then(put, () => undefined);
  moves(strip.handle, { at: () => place, put, keep });
  addEventListener('resize', () => put(place), { signal });

  const count = tamperCount();
  guard(
    strip.host,
    () => {
      const fight = count(Date.now());
      if (fight) reportTampering(page);
      return fight;
    },
    signal,
  );
  return strip;
}
