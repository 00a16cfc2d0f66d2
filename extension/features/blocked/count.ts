import { readGates } from '../../platform/gates.ts';
import { matchesSince } from '../../platform/rules.ts';
import { tellPage } from '../../platform/tabs.ts';
import { note } from '../notes/index.ts';
import { change, keepRun, state } from '../state/index.ts';
import { blockedIn, sayElsewhere } from './blocked.ts';

/** Chromium answers 20 questions in ten minutes. */
const QUOTA_MS = 600_000;
const MAX_QUESTIONS = 19;
/** Looked at no more often than this where nobody waits for it. */
const MIN_PAUSE_MS = 59_000;

let asked: number[] = [];

/**
 * Counts what was blocked since the last look: requests of other sites go into the console's record, a socket that a
 * console wanted goes to the strip of its tab. @param soon a page has just loaded and may have wanted a socket
 */
export async function countBlocked(soon = false): Promise<void> {
  const now = Date.now();
  asked = asked.filter((at) => now - at < QUOTA_MS);
  const last = asked.at(-1) ?? 0;
  if (asked.length >= MAX_QUESTIONS || (!soon && now - last < MIN_PAUSE_MS)) return;
  const gates = await readGates();
  if (!gates.some(({ access }) => access !== 'none')) return;
  asked.push(now);
  const since = Math.max(state.run.countedUntil, now - QUOTA_MS / 2);
  const matches = await matchesSince(since).catch(() => []);
  const latest = matches.at(-1);
  if (!latest) return;
  change.blockedCounted(latest.at);
  await keepRun();
  const { elsewhere, sockets } = blockedIn(matches, state.list?.consoles ?? [], state.run.consoleTabs);
  const looked = gates.filter(({ access }) => access === 'view').map(({ console }) => console);
  const tabs = state.run.consoleTabs.filter(({ console }) => looked.includes(console)).map(({ tab }) => tab);
  await Promise.all([
    ...[...elsewhere].map(([console, count]) => note(console, sayElsewhere(count))),
    ...[...sockets]
      .filter((tab) => tabs.includes(tab))
      .map((tab) => tellPage(tab, { what: 'The live connection', exact: true })),
  ]);
}
