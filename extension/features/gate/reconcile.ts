import type { ConsoleInfo } from '#shared/domain/consoles/statements.ts';
import { readGates, writeGates, type AccessLevel, type Gate } from '../../platform/gates.ts';
import { gateUrl, keepInSession } from '../../platform/rules.ts';
import { clocks } from '../../platform/time.ts';
import { less, standings, type Standing } from '../access/index.ts';
import { note } from '../notes/index.ts';
import { change, gated, keepRun, serverStanding, shutReasonHere, state } from '../state/index.ts';
import { publish } from '../status/index.ts';
import { closeActivationWhenDone } from './activation-window.ts';
import { installRules } from './install.ts';
import { schedule } from './schedule.ts';
import { closeConsoles, openConsole, sweep } from './tabs.ts';

/**
 * Brings everything into line with the state: gates, rules, tabs, timers, status. Computed whole and compared with
 * what was applied before, so that it may be called at any time and as often as one likes.
 */
export const reconcile = (): Promise<void> => inTurn(apply);

let last: Promise<unknown> = Promise.resolve();

/** Runs one piece of work after the other, so that rules are never computed from two states at once. */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const done = last.then(work);
  last = done.catch(() => undefined);
  return done;
}

/** What this worker's life has applied; undefined at its start, when nothing that was kept is trusted. */
let applied: { gates: Gate[]; rules: string; swept: string } | undefined;

const refusal =
  'The browser rejected the rules that protect this console: its pages are closed as soon as they load';

async function apply(): Promise<void> {
  await keepRun();
  const consoles = gated();
  // With nothing known there is nothing to compute from. What is persisted shuts, and it stays.
  if (consoles.length > 0 || state.list || state.released) await applyAccess(consoles);
  else await keepInSession([]);
  schedule(reconcile);
  await closeActivationWhenDone();
  await publish();
}

async function applyAccess(consoles: readonly ConsoleInfo[]): Promise<void> {
  const now = standings(
    {
      consoles,
      held: state.run.held,
      stopped: (info) => shutReasonHere(info) !== undefined,
      server: serverStanding(),
      tabs: ({ id }) => state.run.consoleTabs.filter(({ console }) => console === id).map(({ tab }) => tab),
    },
    clocks,
  );
  const gates = now.map(({ gate }) => gate);
  const before = applied?.gates ?? (await readGates().catch(() => []));
  const was = (gate: Gate) => before.find(({ console }) => console === gate.console)?.access;
  const shrunk = now.filter(({ gate, access }) => less(access, was(gate) ?? 'change'));
  const grown = now.filter(({ gate, access }) => less(was(gate) ?? 'none', access));

  // Pages leave at this first write, before the slower steps. What opens waits until the rules let it through.
  const waiting = new Map<Gate, AccessLevel>(grown.map(({ gate }) => [gate, was(gate) ?? 'none']));
  if (shrunk.length > 0)
    await writeGates(gates.map((gate) => ({ ...gate, access: waiting.get(gate) ?? gate.access })));
  const rules = await applyRules(now);
  // What the browser refused is shut now, and everything is computed once more without it.
  if (rules === undefined) return applyAccess(consoles);
  await writeGates(gates);
  // A host that policy names anew, or that is allowed us only now, may be open in tabs without our script (T11, T33).
  const swept = JSON.stringify([now.map(({ hosts, gate }) => [hosts, gate.pack]), state.run.missing]);
  const anew = applied?.swept !== swept;
  applied = { gates, rules, swept };
  await Promise.all([
    ...(anew ? [sweep(now)] : []),
    closeConsoles(anew ? shrunk.filter(({ access }) => access !== 'none') : shrunk),
    ...grown.map((one) => openConsole(one)),
  ]);
}

/** Returns what the rules were computed from; undefined where the browser refused some that it had not refused before. */
async function applyRules(consoles: readonly Standing[]): Promise<string | undefined> {
  const { missing, refusedRules } = state.run;
  const own = new URL(state.managed?.server || state.identity?.server || 'http://localhost').hostname;
  const from = JSON.stringify([
    consoles.map((one) => ({ ...one, gate: undefined })),
    missing,
    own,
    refusedRules,
  ]);
  if (from === applied?.rules) return from;
  const place = { gate: gateUrl(), own, missing, refused: new Set(refusedRules) };
  const refused = await installRules(consoles, place);
  const fresh = [...refused].filter((id) => !refusedRules.includes(id));
  if (fresh.length === 0) return from;
  change.rulesRefused(fresh);
  await keepRun();
  await Promise.all(fresh.map((id) => note(id, refusal)));
  return undefined;
}
