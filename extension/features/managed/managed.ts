import { db } from '../../platform/db.ts';
import { readLastManaged, writeFormer, writeLastManaged } from '../../platform/former-store.ts';
import { readManaged } from '../../platform/managed.ts';
import { Refusal } from '#shared/errors.ts';
import { disconnect } from '../connection/index.ts';
import { change, state } from '../state/index.ts';
import { readConfiguration } from './config.ts';

/** The browser reads its policy within seconds of its start; what is empty longer after it is meant. */
const SETTLED_MS = 60_000;

/** What the browser's policy said last: at a start it may come late. */
export const readLast = async (): Promise<void> =>
  change.policyRead(readConfiguration(await readLastManaged()));

/**
 * Reads what the browser's policy says now. Until the browser has read it, what it said last stands. A pairing with
 * another server or log than it names ends here. To be followed by `reconcile`.
 */
export async function checkManaged(): Promise<void> {
  const raw = await readManaged();
  const now = readConfiguration(raw);
  if (!now && Date.now() - state.run.since < SETTLED_MS) return;
  if (JSON.stringify(now) === JSON.stringify(state.managed)) return endIfOther();
  change.policyChanged(now);
  await writeLastManaged(raw);
  await endIfOther();
}

async function endIfOther(): Promise<void> {
  const { managed, identity, former } = state;
  if (!managed || managed.fault !== '' || identity?.state !== 'paired') return;
  const fault = otherThan(identity.server, identity.log.genesis);
  if (fault === undefined) {
    // Paired where it is to be: whoever manages this browser has said which server counts.
    change.formerServersChecked([]);
    if (former.length > 0) await writeFormer([]);
    return;
  }
  change.pairingEnded(fault);
  disconnect();
  await (await db()).put('identity', { ...identity, state: 'ended' }, 'this');
}

/** Why this browser may not be paired with a server, by its own policy; undefined where it may. */
export function otherThan(server: string, genesis?: string): string | undefined {
  const { managed } = state;
  if (!managed) return undefined;
  if (managed.fault !== '')
    return `This browser cannot be paired because its Countersign policy has an error: ${managed.fault} Contact whoever manages this browser.`;
  const host = new URL(managed.server).host;
  if (server !== managed.server) return `Your organization lets this browser pair only with ${host}.`;
  if (genesis !== undefined && genesis !== managed.genesis)
    return `${host} has a different log than the one in this browser’s policy, so nothing was taken from it. Contact whoever manages this browser.`;
  return undefined;
}

/** Throws Refusal where this browser's policy names another server. */
export function refuseOther(server: string): void {
  const sentence = otherThan(server);
  if (sentence !== undefined) throw new Refusal('forbidden', { sentence });
}
