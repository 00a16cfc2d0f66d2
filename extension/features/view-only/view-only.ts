import { hostMatches } from '#shared/policy/hosts.ts';
import type { Gate } from '../../platform/gates.ts';
import { tellWorker, onTold } from '../../platform/post.ts';
import { rearmed, type ConsolePage } from '../page/index.ts';
import { describe, meant } from '../recorder/index.ts';
import { newRecordId, stamp, writeRecord } from '../../platform/record.ts';
import { redactAddress } from '../redaction/index.ts';
import { showStopped } from './notice.ts';
import { onlyReads } from '../../packs/reads.ts';

/** How long after a press what is stopped counts as its doing. */
const PRESS_MS = 2_000;

/** How long a page takes to want its sockets. */
const SOCKET_DELAY_MS = 1_500;

/**
 * In a console that may only be looked at: a form that would change something is stopped in the page, which stays as
 * it is, before the browser puts a page of its own in its place. The strip says what was stopped, by the name of what
 * was pressed where there is one.
 */
export function startViewOnly(page: ConsolePage): void {
  const { signal, top } = page;
  let pressed = { name: '', at: 0 };
  const recent = (): string => (Date.now() - pressed.at < PRESS_MS ? pressed.name : '');

  const press = (event: Event): void => {
    const { target } = event;
    if (event.isTrusted && page.gate()?.access === 'view' && target instanceof Element)
      pressed = { name: nameIn(describe(meant(target))), at: Date.now() };
  };

  function stop(event: NavigateEvent): void {
    const gate = page.gate();
    if (!gate || !event.formData || !event.cancelable || !stops(gate, event.destination.url)) return;
    event.preventDefault();
    note(gate, event.destination.url);
    const what = recent() || `POST ${pathOf(event.destination.url)}`;
    if (top) showStopped(what);
    else tellWorker('stopped', { console: gate.console, what });
  }

  rearmed(() => {
    addEventListener('click', press, { capture: true, passive: true, signal });
    globalThis.navigation?.addEventListener('navigate', stop, { signal });
  }, signal);
  // Sockets that were stopped show up nowhere in the page, nor in the worker: it has to ask the browser.
  let asked = false;
  page.onGate(({ access }) => {
    if (!top || asked || access !== 'view') return;
    asked = true;
    setTimeout(() => signal.aborted || tellWorker('looked', {}), SOCKET_DELAY_MS);
  });
  if (top) onTold(({ what, exact }) => showStopped((!exact && recent()) || what), signal);
}

/** `button "Purge"` → `Purge`; empty where there is no name. */
const nameIn = (described: string): string => /"(.+)"$/.exec(described)?.[1] ?? '';

/** Would this form's request be blocked? The rules decide; a wrong answer here ends on our page that says so. */
function stops(gate: Gate, address: string): boolean {
  if (gate.access !== 'view' || !URL.canParse(address)) return false;
  const { hostname, pathname } = new URL(address);
  return gate.hosts.some((host) => hostMatches(host, hostname)) && !onlyReads(gate.reads, `POST ${pathname}`);
}

const pathOf = (address: string): string => redactAddress(address).slice(new URL(address).origin.length);

function note({ console, session, record }: Gate, address: string): void {
  if (record === 'times') return;
  const detail = {
    words: `POST ${pathOf(address)} (stopped)`,
    page: redactAddress(location.href),
    request: `POST ${redactAddress(address).slice(0, 1900)} stopped`,
  };
  const trusted = navigator.userActivation.isActive;
  void writeRecord({ id: newRecordId(), at: stamp(), kind: 'requested', console, session, trusted, detail });
}
