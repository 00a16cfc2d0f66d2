import type { ConsoleInfo } from '#shared/entries/signed.ts';
import { readGates, writeGates, type Access, type Gate } from '../../platform/gates.ts';
import { gateUrl, replaceRules } from '../../platform/rules.ts';
import { clocks } from '../../platform/time.ts';
import { less, standings } from '../gate/access.ts';
import { closeConsoles, openConsole, sweep } from '../gate/doors.ts';
import { compileRules, TOP, type Rules } from '../gate/rules.ts';
import { closeActivationWhenDone } from '../requests/activate.ts';
import { publish } from './publish.ts';
import { schedule } from './schedule.ts';
import { inTurn, keepRun, server, state, stopHere } from './state.ts';

/**
 * Brings everything into line with the state: gates, rules, tabs, timers, status. Computed whole and compared with
 * what was applied before, so that it may be called at any time and as often as one likes.
 */
export const settle = (): Promise<void> => inTurn(apply);

/** What this worker's life has applied; undefined at its start, when nothing that was kept is trusted. */
let applied: { gates: Gate[]; dynamic: string; session: string; swept: string } | undefined;

async function apply(): Promise<void> {
  await keepRun();
  // Without a list there is nothing to compute from. What is persisted shuts, and it stays.
  if (state.list) await applyAccess(state.list.consoles);
  else await replaceRules('session', [], [], TOP);
  schedule(settle);
  await closeActivationWhenDone();
  await publish();
}

async function applyAccess(consoles: readonly ConsoleInfo[]): Promise<void> {
  const stopped = (info: ConsoleInfo): boolean => stopHere(info) !== undefined;
  const now = standings({ consoles, held: state.run.held, stopped, server: server() }, clocks);
  const gates = now.map(({ gate }) => gate);
  const before = applied?.gates ?? (await readGates().catch(() => []));
  const was = (gate: Gate) => before.find(({ console }) => console === gate.console)?.access;
  const shrunk = now.filter(({ gate, access }) => less(access, was(gate) ?? 'change'));
  const grown = now.filter(({ gate, access }) => less(was(gate) ?? 'none', access));

  // Pages leave at this first write, before the slower steps. What opens waits until the rules let it through.
  const waiting = new Map<Gate, Access>(grown.map(({ gate }) => [gate, was(gate) ?? 'none']));
  if (shrunk.length > 0)
    await writeGates(gates.map((gate) => ({ ...gate, access: waiting.get(gate) ?? gate.access })));
  const rules = await applyRules(compileRules(now, gateUrl(), state.run.missing));
  await writeGates(gates);
  // A host that policy names anew, or that is allowed us only now, may be open in tabs without our script (T11, T33).
  const swept = JSON.stringify([now.map(({ hosts }) => hosts), state.run.missing]);
  const anew = applied?.swept !== swept;
  applied = { gates, ...rules, swept };
  await Promise.all([
    ...(anew ? [sweep(now)] : []),
    closeConsoles(shrunk),
    ...grown.map((one) => openConsole(one)),
  ]);
}

/** What shuts first, what opens second: a crash in between leaves the consoles shut. */
async function applyRules(rules: Rules): Promise<{ dynamic: string; session: string }> {
  const dynamic = JSON.stringify([rules.dynamic, rules.dynamicTop]);
  const session = JSON.stringify([rules.session, rules.sessionTop]);
  if (dynamic !== applied?.dynamic) await replaceRules('dynamic', rules.dynamic, rules.dynamicTop, TOP);
  if (session !== applied?.session) await replaceRules('session', rules.session, rules.sessionTop, TOP);
  return { dynamic, session };
}
