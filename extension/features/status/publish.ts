import { sentences } from '#shared/errors.ts';
import type { GrantView } from '#shared/domain/grants/views.ts';
import { writeStatus, type RunningGrant, type Status } from '../../platform/status.ts';
import { clocks } from '../../platform/time.ts';
import { notify, showToolbar } from '../../platform/toolbar.ts';
import { makeTimer } from '../../platform/timer.ts';
import { cutoffOf } from '../access/index.ts';
import { confirmed, left, toCutoff, toEnd } from '../leases/index.ts';
import {
  change,
  consoleInfo,
  gated,
  keepRun,
  serverStanding,
  shutReasonHere,
  state,
  type FormerServer,
} from '../state/index.ts';
import { toolbarOf, warningsDue } from './toolbar.ts';

/** Shows what stands: the status for our pages, the toolbar, and the warnings before an end. */

let shown = '';
/** While something shuts for want of a renewal, the toolbar counts its seconds. */
const ticking = makeTimer();

/** Nothing is counted down after the signal aborts. */
export const publishUntil = (signal: AbortSignal): void => ticking.until(signal);

export async function publish(): Promise<void> {
  const status = statusNow();
  const text = JSON.stringify(status);
  if (text !== shown) await writeStatus(status);
  shown = text;
  await showBadge(status);
}

function statusNow(): Status {
  const { identity, claim, refused, run, managed } = state;
  const paired = identity?.state ?? 'none';
  return {
    pairing: claim ? 'waiting' : paired,
    code: claim?.code ?? '',
    refused,
    anotherLog: state.anotherLog,
    server:
      claim?.server ?? (paired === 'paired' ? identity?.server : managed?.server || identity?.server) ?? '',
    person: run.person,
    reachable: run.unreachableSince === 0,
    unreachableSince: run.unreachableSince,
    unfit: run.unfit,
    offset: run.offset,
    missing: [...run.missing],
    refusedRules: [...run.refusedRules],
    consoles: gated(),
    managed: managed ? { server: managed.server, fault: managed.fault, hosts: managed.hosts } : null,
    former: state.former.map(formerStatus),
    requests: [...run.requests],
    grants: run.grants.map(runningGrant),
    outbox: run.outbox,
    fork: state.fork ?? null,
    witnessed: { at: run.witnessed.at, size: run.witnessed.size },
    activating: run.activating?.request ?? '',
  };
}

const formerStatus = ({ pairing, consoles, trouble }: FormerServer): Status['former'][number] => ({
  server: pairing.server,
  names: consoles.map(({ name }) => name),
  hosts: consoles.flatMap(({ hosts }) => hosts),
  trouble,
});

function runningGrant(grant: GrantView): RunningGrant {
  const held = state.run.held.find(({ lease }) => lease.grant === grant.id);
  const info = consoleInfo(grant.console.id);
  return {
    ...grant,
    // Seconds are enough for people, and keep the status from changing at each look.
    localUntil: Math.round((grant.until - state.run.offset) / 1000) * 1000,
    open:
      held !== undefined &&
      info !== undefined &&
      shutReasonHere(info) === undefined &&
      left(held, info.unreachable, clocks) > 0,
    confirmed: held !== undefined && confirmed(held, clocks),
    cutoff: held && info && serverStanding() !== 'answers' ? cutoffOf(held, info, clocks) : 0,
  };
}

async function showBadge(status: Status): Promise<void> {
  const { run, identity } = state;
  const open = run.held.flatMap((held) => {
    const info = consoleInfo(held.lease.console);
    if (!info || shutReasonHere(info) || left(held, info.unreachable, clocks) === 0) return [];
    const cutoff = serverStanding() === 'answers' ? undefined : toCutoff(held, info.unreachable, clocks);
    return [
      {
        name: info.name,
        grant: held.lease.grant,
        left: toEnd(held, clocks),
        ...(cutoff !== undefined && { cutoff }),
      },
    ];
  });
  ticking.clear();
  if (open.some(({ cutoff }) => cutoff !== undefined)) ticking.set(publish, 1000);
  const due = warningsDue(open, run.warned);
  await showToolbar(
    toolbarOf({
      open,
      alarm: alarmOf(identity?.state, status),
      gated: status.consoles.length > 0,
    }),
  );
  if (due.length === 0) return;
  change.warned(due.flatMap(({ marks }) => marks));
  await keepRun();
  await Promise.all(due.map(({ key, title, text }) => notify(key, title, text)));
}

function alarmOf(paired: string | undefined, status: Status): string {
  if (status.fork) return 'The log has conflicting histories. Every console is shut.';
  if (status.managed && status.managed.fault !== '')
    return 'This browser’s Countersign policy has an error. Click for details.';
  if (status.outbox.full) return 'Consoles are shut because recorded actions cannot be delivered.';
  if (status.outbox.trouble) return status.outbox.trouble;
  if (status.unfit) return sentences[status.unfit];
  if (paired === 'ended') return 'This browser is no longer paired. Pair it again.';
  if (status.refusedRules.length > 0)
    return 'The browser rejected the rules for some consoles. They stay shut; click for details.';
  if (paired === 'paired' && status.missing.length > 0)
    return 'Consoles are shut because Countersign needs permission for their hosts. Click to allow them.';
  return status.refused;
}
