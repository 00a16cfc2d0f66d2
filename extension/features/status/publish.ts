import { sentences } from '#shared/errors.ts';
import { writeStatus, type RunningGrant, type Status } from '../../platform/status.ts';
import { clocks } from '../../platform/time.ts';
import { notify, showToolbar } from '../../platform/toolbar.ts';
import { toolbarOf, warningsDue } from './toolbar.ts';
import { cutoffOf } from '../access/access.ts';
import { confirmed, left, toCutoff, toEnd } from '../leases/held.ts';
import { gated, infoOf, keepRun, server, state, stopHere, type Kept } from '../state/state.ts';

/** Shows what stands: the status for our pages, the toolbar, and the warnings before an end. */

let shown = '';
/** While something shuts for want of a renewal, the toolbar counts its seconds. */
let ticking: ReturnType<typeof setTimeout> | undefined;

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
    missing: run.missing,
    refusedRules: run.refusedRules,
    consoles: gated(),
    managed: managed ? { server: managed.server, fault: managed.fault, hosts: managed.hosts } : null,
    kept: state.kept.map(keptStatus),
    requests: run.requests,
    grants: run.grants.map(runningGrant),
    outbox: run.outbox,
    fork: state.fork ?? null,
    witnessed: { at: run.witnessed.at, size: run.witnessed.size },
    activating: run.activating?.request ?? '',
  };
}

const keptStatus = ({ former, consoles, trouble }: Kept): Status['kept'][number] => ({
  server: former.server,
  names: consoles.map(({ name }) => name),
  hosts: consoles.flatMap(({ hosts }) => hosts),
  trouble,
});

function runningGrant(grant: Status['grants'][number] | (typeof state.run.grants)[number]): RunningGrant {
  const held = state.run.held.find(({ lease }) => lease.grant === grant.id);
  const info = infoOf(grant.console.id);
  return {
    ...grant,
    // Seconds are enough for people, and keep the status from changing at each look.
    localUntil: Math.round((grant.until - state.run.offset) / 1000) * 1000,
    open:
      held !== undefined &&
      info !== undefined &&
      stopHere(info) === undefined &&
      left(held, info.unreachable, clocks) > 0,
    confirmed: held !== undefined && confirmed(held, clocks),
    cutoff: held && info && server() !== 'answers' ? cutoffOf(held, info, clocks) : 0,
  };
}

async function showBadge(status: Status): Promise<void> {
  const { run, identity } = state;
  const open = run.held.flatMap((held) => {
    const info = infoOf(held.lease.console);
    if (!info || stopHere(info) || left(held, info.unreachable, clocks) === 0) return [];
    const cutoff = server() === 'answers' ? undefined : toCutoff(held, info.unreachable, clocks);
    return [
      {
        name: info.name,
        grant: held.lease.grant,
        left: toEnd(held, clocks),
        ...(cutoff !== undefined && { cutoff }),
      },
    ];
  });
  clearTimeout(ticking);
  if (open.some(({ cutoff }) => cutoff !== undefined)) ticking = setTimeout(() => void publish(), 1000);
  const due = warningsDue(open, run.warned);
  await showToolbar(
    toolbarOf({
      open,
      alarm: alarmOf(identity?.state, status),
      gated: status.consoles.length > 0,
    }),
  );
  if (due.length === 0) return;
  run.warned = [...run.warned, ...due.flatMap(({ marks }) => marks)];
  await keepRun();
  await Promise.all(due.map(({ key, title, text }) => notify(key, title, text)));
}

function alarmOf(paired: string | undefined, status: Status): string {
  if (status.fork) return 'The log showed this browser two histories. Every console is shut.';
  if (status.managed && status.managed.fault !== '')
    return 'The policy of this browser for Countersign is wrong. Press here to see what is.';
  if (status.outbox.full)
    return 'Consoles are shut, because what is done there cannot be delivered to the server.';
  if (status.outbox.trouble) return status.outbox.trouble;
  if (status.unfit) return sentences[status.unfit];
  if (paired === 'ended') return 'This browser is no longer paired. Pair it again from the companion.';
  if (status.refusedRules.length > 0)
    return 'The browser refused the rules for some consoles. They stay shut here; press for which.';
  if (paired === 'paired' && status.missing.length > 0)
    return 'Consoles are shut, because Countersign may not see their hosts. Press here to allow them.';
  return status.refused;
}
