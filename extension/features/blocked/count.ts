import { readGates } from '../../platform/gates.ts';
import { matchesSince } from '../../platform/rules.ts';
import { tellPage } from '../../platform/tabs.ts';
import { keepRun, state } from '../state/state.ts';
import { note } from '../notes/index.ts';
import { sayElsewhere, stoppedIn } from './blocked.ts';

/** Chromium answers 20 questions in ten minutes. In ms. */
const WINDOW = 600_000;
const MOST = 19;
/** Looked at no more often than this where nobody waits for it, in ms. */
const SELDOM = 59_000;

let asked: number[] = [];

/**
 * Counts what was stopped since the last look: requests of other sites go into the console's record, a socket that a
 * console wanted goes to the strip of its tab. @param soon a page has just loaded and may have wanted a socket
 */
export async function countStopped(soon = false): Promise<void> {
  const now = Date.now();
  asked = asked.filter((at) => now - at < WINDOW);
  const last = asked.at(-1) ?? 0;
  if (asked.length >= MOST || (!soon && now - last < SELDOM)) return;
  const gates = await readGates();
  if (!gates.some(({ access }) => access !== 'none')) return;
  asked.push(now);
  const since = Math.max(state.run.counted, now - WINDOW / 2);
  const matches = await matchesSince(since).catch(() => []);
  const latest = matches.at(-1);
  if (!latest) return;
  state.run.counted = latest.at;
  await keepRun();
  const { elsewhere, sockets } = stoppedIn(matches, state.list?.consoles ?? [], state.run.showing);
  const looked = gates.filter(({ access }) => access === 'view').map(({ console }) => console);
  const tabs = state.run.showing.filter(({ console }) => looked.includes(console)).map(({ tab }) => tab);
  await Promise.all([
    ...[...elsewhere].map(([console, count]) => note(console, sayElsewhere(count))),
    ...[...sockets]
      .filter((tab) => tabs.includes(tab))
      .map((tab) => tellPage(tab, { what: 'The live connection', exact: true })),
  ]);
}
