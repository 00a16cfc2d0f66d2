import { hostMatches } from '#shared/policy/hosts.ts';
import { onGates, readGates, type AccessLevel, type Gate } from '../../platform/gates.ts';
import { postPatiently } from '../../platform/post.ts';
import { anchorNow, MAX_TIMEOUT_MS, type TimeAnchor } from '../../platform/time.ts';
import type { ConsolePage, PageFeature } from '../page/index.ts';
import { makeCover } from './cover.ts';
import { makeLeave } from './leave.ts';
import { accessBy } from './page-clock.ts';

/**
 * The page's half of the gate: hides the page before its first paint, asks whether the console may show, and leaves
 * for the gate page when the answer is no, is missing, or turns to no later. It needs the worker only to confirm
 * access by grant; the end comes by its own timer, with the worker dead and the tab hidden (T10).
 */

/** A worker that has to start first takes about a tenth of a second; one that does not answer says no. */
const CONFIRM_PATIENCE_MS = 5_000;

/** The host this frame acts for: its own, or of the page that made it when it has no address (about:blank, srcdoc). */
function hostOfFrame(): string {
  const parents: readonly string[] = Array.from(location.ancestorOrigins ?? []);
  const origin = [location.href, self.origin, ...parents].find((one) => /^https?:/.test(one));
  return origin === undefined ? '' : new URL(origin).hostname;
}

/** Marks the script of this extension's life in the page; one from before an update hands over to it. */
const MARK = Symbol.for('countersign');

export function guardPage(features: readonly PageFeature[]): void {
  const world = globalThis as { [MARK]?: AbortController };
  world[MARK]?.abort();
  const controller = new AbortController();
  world[MARK] = controller;
  const { signal } = controller;

  const host = hostOfFrame();
  const cover = makeCover();
  const leave = makeLeave(signal);
  const listeners: ((gate: Gate) => void)[] = [];
  let gate: Gate | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  cover.on();

  const page: ConsolePage = {
    gate: () => gate,
    onGate: (listener) => void listeners.push(listener),
    top: window.top === window,
    signal,
  };

  const shut = () => {
    cover.on();
    leave.toGate();
    controller.abort();
  };
  const notOurs = () => {
    cover.off();
    controller.abort();
  };

  /** Acts on what a gate allows now; the timer comes back here at its end. */
  function follow(next: Gate, read: TimeAnchor): void {
    clearTimeout(timer);
    const before: AccessLevel = gate?.access ?? 'none';
    const { access, left } = accessBy(next, read);
    if (access === 'none') return shut();
    if (before === 'change' && access === 'view') return leave.reload();
    // First of all, so that the end comes whatever a listener makes of this page.
    if (left < Infinity)
      timer = setTimeout(() => follow(next, read), Math.min(Math.ceil(left), MAX_TIMEOUT_MS));
    gate = { ...next, access };
    cover.off();
    for (const listener of listeners) listener(gate);
  }

  const mine = (gates: Gate[]) => gates.find(({ hosts }) => hosts.some((one) => hostMatches(one, host)));

  async function decide(): Promise<void> {
    const gates = await readGates();
    const read = anchorNow();
    // This script runs where there are consoles. A list that says there are none was lost, not emptied.
    if (gates.length === 0) return shut();
    const found = mine(gates);
    if (!found) return notOurs();
    const byGrant = found.clock !== undefined && found.access !== found.base;
    const open = byGrant && (await confirmed(found.console));
    if (!signal.aborted) follow(byGrant && !open ? { ...found, access: found.base } : found, read);
  }
  const decideOrShut = () => void decide().catch(shut);

  onGates((gates) => {
    const found = mine(gates);
    // Before the first decision the list may be news of an older life; decide() reads it and has it confirmed.
    if (gate && found) follow(found, anchorNow());
    else if (gate) notOurs();
    else decideOrShut();
  }, signal);
  // A page kept for "back" or "forward" comes back hidden and asks again (T13).
  window.addEventListener('pagehide', (event) => event.persisted && cover.on(), { signal });
  window.addEventListener('pageshow', (event) => event.persisted && decideOrShut(), { signal });
  window.addEventListener('resume', decideOrShut, { signal });

  for (const start of features) start(page);
  decideOrShut();
}

/** Does the worker hold a living lease for it? A list in storage may stem from before the browser was started anew (T8). */
async function confirmed(console: string): Promise<boolean> {
  const answer = await postPatiently('check', { console }, CONFIRM_PATIENCE_MS);
  return answer?.ok === true && answer.value.open;
}
