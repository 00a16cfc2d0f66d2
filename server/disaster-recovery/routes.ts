import type { OpenAPIHono } from '@hono/zod-openapi';
import { Refusal } from '#shared/errors.ts';
import type { Touch } from '#shared/domain/primitives.ts';
import { touchWaits } from '#shared/domain/succession/rules.ts';
import { wire } from '#shared/wire/index.ts';
import type { RecoveryView } from '#shared/domain/succession/wire.ts';
import { waitingKeys } from '../dual-control/index.ts';
import type { Services } from '../context.ts';
import { type PersonCaller, serve } from '../http/index.ts';
import { entryViewOf } from '../log-routes/index.ts';
import { type Proposal, readProposal, writeProposal } from '../log/index.ts';
import { requireActive, refOf } from '../people/index.ts';

/** The log's keys and health, and the act that lets it go on after something was lost. */
export function recoveryRoutes(app: OpenAPIHono, services: Services): void {
  const { log, leaseKey } = services;
  const waiting = (): Proposal | undefined =>
    log.health.ok ? undefined : fresh(readProposal(services.config.dataFolder), services.now());

  serve(app, services, wire.logHealth, ({ who }) => {
    const { health } = log;
    const mayRead = who.person.roles.some((role) => role === 'auditor' || role === 'administrator');
    const doubts = mayRead ? log.doubts : [];
    return health.ok
      ? { ok: true, recovering: false, doubts }
      : { ok: false, reason: health.reason, recovering: waiting() !== undefined, doubts };
  });

  serve(app, services, wire.logKeys, async () => {
    const row = log.state.get('log', 'log');
    if (!row) throw new Refusal('not_found');
    const changes = (['type:log.recovered', 'type:log.key-rotated'] as const)
      .flatMap((place) => log.find(place, log.size, 50))
      .sort((a, b) => b - a);
    const next = await waitingKeys(services);
    return {
      logKey: row.logKey,
      ...(log.held === undefined ? {} : { held: log.held }),
      since: row.since,
      entry: row.entry,
      ...(leaseKey.problem === undefined ? {} : { leaseProblem: leaseKey.problem }),
      ...(next ? { next: { logKey: next.logKey, leaseKey: next.leaseKey, held: next.held } } : {}),
      changes: changes.map((index) => entryViewOf(log, index)),
    };
  });

  serve(app, services, wire.showRecovery, () => {
    const proposal = waiting();
    return { recovery: proposal ? viewOf(services, proposal) : null };
  });

  serve(app, services, wire.recover, async ({ who, body }) => ({
    done: await touchRecovery(services, who, body.touch),
  }));
}

/** A proposal without touches that waited too long for another. */
function fresh(proposal: Proposal | undefined, now: number): Proposal | undefined {
  return proposal && { ...proposal, touches: proposal.touches.filter(({ at }) => now - at < touchWaits) };
}

function viewOf(services: Services, { touches, ...proposal }: Proposal): RecoveryView {
  return { ...proposal, touches: touches.map(({ by, at }) => ({ by: refOf(services, by), at })) };
}

/** Takes one touch; with the second, by somebody else, the log goes on. Returns whether it did. */
async function touchRecovery(services: Services, who: PersonCaller, touch: Touch): Promise<boolean> {
  const { log, touches, hub, now, config } = services;
  const found = log.health.ok ? undefined : fresh(readProposal(config.dataFolder), now());
  if (!found)
    throw new Refusal('no_longer_open', {
      sentence: 'No recovery is waiting for a touch. Reload to see the state of the log.',
    });
  const { origin, lost, restored, logKey, leaseKey } = found;
  await touches.verify(log.state, 'recovery', touch, {
    actor: who.person.id,
    origin,
    lost: { size: lost.size, root: lost.root },
    restored,
    logKey,
    leaseKey,
  });
  requireActive(log.state, who.person.id, 'administrator', touch.credential);
  // Read again after the wait, and without one up to the write: two touches at once both count.
  const proposal = fresh(readProposal(config.dataFolder), now());
  if (proposal?.logKey !== logKey || log.health.ok) throw new Refusal('no_longer_open');
  const others = proposal.touches.filter(({ by }) => by !== who.person.id);
  if (others.length > 1) throw new Refusal('no_longer_open');
  const both = { ...proposal, touches: [...others, { by: who.person.id, touch, at: now() }] };
  writeProposal(config.dataFolder, both);
  if (both.touches.length === 2) await log.recover(both);
  else hub.tell(['log']); // the first touch is no entry
  return both.touches.length === 2;
}
