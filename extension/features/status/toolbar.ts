import type { Toolbar } from '../../platform/toolbar.ts';
import { notRenewed } from '../leases/index.ts';

/** What the toolbar says, from what stands. Pure. */

export interface ToolbarFacts {
  /**
   * Milliseconds to the end of each open grant, with its console's name; `cutoff`: milliseconds until it shuts because
   * the server does not renew it.
   */
  open: readonly { name: string; left: number; grant: string; cutoff?: number }[];
  /** A sentence when something needs the person, such as a host that was taken away; else empty. */
  alarm: string;
  /** Are there consoles that this browser keeps shut? */
  gated: boolean;
}

/** Minutes left at which the person is told that unsaved work will be lost. */
const WARN_AT_MINUTES = [5, 1] as const;
const MINUTE_MS = 60_000;
/** Of a lease that lives for a minute, what is left when its first renewal did not come: a restart is no alarm. */
const NOTIFY_BELOW_MS = 45_000;

const colours = { open: '#1a7f4b', warning: '#b45309', attention: '#b42318', idle: '#5b6472' } as const;

/** Whole minutes, rounded up: "1" until the very end. From two hours on in hours, as a badge holds four characters. */
export function minutesText(left: number): string {
  const minutes = Math.ceil(left / MINUTE_MS);
  return minutes < 120 ? `${minutes}m` : `${Math.floor(minutes / 60)}h`;
}

export function toolbarOf({ open, alarm, gated }: ToolbarFacts): Toolbar {
  const cut = open.flatMap(({ name, cutoff }) => (cutoff === undefined ? [] : [{ name, cutoff }]));
  const first = cut.toSorted((a, b) => a.cutoff - b.cutoff)[0];
  if (first) {
    const seconds = Math.floor(first.cutoff / 1000);
    const title = `Countersign: ${first.name} shuts in ${seconds} seconds because access was not renewed. Save your work.`;
    return { icon: 'attention', text: `${seconds}s`, colour: colours.attention, title };
  }
  const soonest = open.toSorted((a, b) => a.left - b.left)[0];
  if (alarm) {
    const text = soonest ? minutesText(soonest.left) : '!';
    return { icon: 'attention', text, colour: colours.attention, title: `Countersign: ${alarm}` };
  }
  if (soonest) {
    const icon = soonest.left <= WARN_AT_MINUTES[0] * MINUTE_MS ? 'warning' : 'open';
    const title = `Countersign: ${soonest.name} is open, ${minutesText(soonest.left)} left`;
    return { icon, text: minutesText(soonest.left), colour: colours[icon], title };
  }
  return { icon: gated ? 'shut' : 'idle', text: '', colour: colours.idle, title: 'Countersign' };
}

/** Warnings that are due and were not given: of several only the last, so a late worker does not shout twice. */
export function warningsDue(
  open: ToolbarFacts['open'],
  given: readonly string[],
): { key: string; title: string; text: string; marks: string[] }[] {
  return open.flatMap(({ name, left, grant, cutoff }) => {
    if (cutoff !== undefined) {
      const key = notRenewed(grant);
      if (given.includes(key) || cutoff > NOTIFY_BELOW_MS) return [];
      const title = `${name} shuts in ${Math.floor(cutoff / 1000)} seconds`;
      const text = 'Access was not renewed. Save now: unsaved work will be lost.';
      return [{ key, title, text, marks: [key] }];
    }
    const due = WARN_AT_MINUTES.filter((minutes) => left <= minutes * MINUTE_MS);
    const key = `${grant}:${due.at(-1)}`;
    if (due.length === 0 || given.includes(key)) return [];
    const title = `${name} shuts in ${due.at(-1) === 1 ? 'one minute' : `${due.at(-1)} minutes`}`;
    const text = 'Unsaved work will be lost. You can extend your access from the toolbar.';
    return [{ key, title, text, marks: due.map((minutes) => `${grant}:${minutes}`) }];
  });
}
