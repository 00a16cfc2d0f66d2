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
    return `This browser cannot be paired, because its policy for Countersign is wrong: ${managed.fault} Tell whoever manages this browser.`;
  const host = new URL(managed.server).host;
  if (server !== managed.server)
    return `This browser pairs with ${host} only: whoever manages it has fixed that.`;
  if (genesis !== undefined && genesis !== managed.genesis)
    return `${host} shows another log than the one that this browser’s policy names. Nothing was taken from it; tell whoever manages this browser.`;
  return undefined;
}

/** Throws Refusal where this browser's policy names another server. */
export function refuseOther(server: string): void {
  const sentence = otherThan(server);
  if (sentence !== undefined) throw new Refusal('forbidden', { sentence });
}
