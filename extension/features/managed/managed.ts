import { db } from '../../platform/db.ts';
import { writeFormer, writeLastManaged } from '../../platform/former-store.ts';
import { readManaged } from '../../platform/managed.ts';
import { Refusal } from '#shared/errors.ts';
import { state } from '../state/state.ts';
import { dropLine } from '../connection/connection.ts';
import { readConfiguration } from './config.ts';

/** The browser reads its policy within seconds of its start; what is empty longer after it is meant, in ms. */
const SETTLED = 60_000;

/**
 * Reads what the browser's policy says now. Until the browser has read it, what it said last stands. A pairing with
 * another server or log than it names ends here. To be followed by `settle`.
 */
export async function checkManaged(): Promise<void> {
  const raw = await readManaged();
  const now = readConfiguration(raw);
  if (!now && Date.now() - state.run.since < SETTLED) return;
  if (JSON.stringify(now) === JSON.stringify(state.managed)) return endIfOther();
  state.released ||= now === undefined;
  state.managed = now;
  await writeLastManaged(raw);
  await endIfOther();
}

async function endIfOther(): Promise<void> {
  const { managed, identity, kept } = state;
  if (!managed || managed.fault !== '' || identity?.state !== 'paired') return;
  const fault = otherThan(identity.server, identity.log.genesis);
  if (fault === undefined) {
    // Paired where it is to be: whoever manages this browser has said which server counts.
    state.kept = [];
    if (kept.length > 0) await writeFormer([]);
    return;
  }
  state.identity = { ...identity, state: 'ended' };
  state.run.held = [];
  state.refused = fault;
  dropLine();
  await (await db()).put('identity', state.identity, 'this');
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
