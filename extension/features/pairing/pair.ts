import { Refusal, sentences } from '#shared/errors.ts';
import { pairingCode } from '#shared/domain/browsers/code.ts';
import { browserState, claimPairing } from '#shared/domain/browsers/wire.ts';
import { callAs, callOpen } from '../../platform/api.ts';
import { db, type Claim, type Identity } from '../../platform/db.ts';
import { makeKeys, publicKeyOf, signObject } from '../../platform/keys.ts';
import { writeFormer } from '../../platform/former-store.ts';
import { readCheckpoint } from '../../platform/outbox-store.ts';
import { forgetCheckpoint, keepCheckpoint, putForkAside } from '../../platform/witness-store.ts';
import { browserLabel } from '../../platform/life.ts';
import { coalesce } from '../../platform/coalesce.ts';
import { isServerOrigin } from '../../platform/server-origin.ts';
import { makeTimer } from '../../platform/timer.ts';
import { connect, disconnect, heartbeat, take } from '../connection/index.ts';
import { reconcile } from '../gate/index.ts';
import { otherThan, refuseOther } from '../managed/index.ts';
import { change, formerServer, keepRun, state, type FormerServer } from '../state/index.ts';
import { publish } from '../status/index.ts';
import { followed, sameLog } from '../witness/index.ts';
import { anotherLog } from './another-log.ts';

/** Pairing: a key of this browser's own, claimed with a ticket, real once its person has touched for it. */

const TICKET_LIFE_MS = 5 * 60_000;
const POLL_MS = 1_000;

const poll = makeTimer();
export const awaitUntil = (signal: AbortSignal): void => poll.until(signal);

export async function pair(input: { server: string; ticket: string }): Promise<{ code: string }> {
  const { server } = input;
  if (!isServerOrigin(server)) throw new Refusal('invalid_input');
  refuseOther(server);
  const keys = await makeKeys();
  const publicKey = await publicKeyOf(keys);
  const label = await browserLabel();
  const { ticket } = input;
  const { signature } = await signObject(keys, 'claim', { label, publicKey, ticket });
  const code = pairingCode(publicKey, ticket);
  const answer = await callOpen(server, claimPairing, { body: { ticket, publicKey, label, signature } });
  // Ours is shown whatever the server says; a server that computes another one holds another key or ticket.
  if (answer.code !== code) throw new Refusal('proof_invalid');
  const claim: Claim = {
    keys,
    publicKey,
    server,
    code,
    browser: answer.browser,
    expires: Date.now() + TICKET_LIFE_MS,
  };
  await (await db()).put('claim', claim, 'this');
  change.claimed(claim);
  await publish();
  void awaitConfirmation();
  return { code };
}

/** Asks each second whether the person has touched; also taken up at the worker's start. */
export const awaitConfirmation = coalesce(async () => {
  poll.clear();
  const { claim } = state;
  if (!claim) return;
  if (Date.now() > claim.expires) return drop('Pairing was not confirmed within five minutes. Start over.');
  try {
    await become(claim);
  } catch (cause) {
    const waiting =
      cause instanceof Refusal && (cause.code === 'browser_unknown' || cause.code === 'unreachable');
    if (!waiting) return drop(cause instanceof Refusal ? cause.message : sentences.internal);
    poll.set(awaitConfirmation, POLL_MS);
  }
});

/** The person has seen both genesis hashes. Only the one that was shown to them is taken. */
export async function answerAnotherLog(shown: string, wanted: boolean): Promise<void> {
  const { claim } = state;
  if (!claim || state.anotherLog?.shown !== shown)
    throw new Refusal('no_longer_open', {
      sentence: 'This pairing has expired. Start over in Countersign.',
    });
  if (!wanted) return drop('Nothing was changed. Tell an administrator that the server has a different log.');
  const accepted = { ...claim, accepted: shown };
  change.anotherLogAccepted(accepted);
  await (await db()).put('claim', accepted, 'this');
  await publish();
  await awaitConfirmation();
}

async function drop(why: string): Promise<void> {
  await (await db()).delete('claim', 'this');
  change.pairingDropped(why);
  await publish();
}

/** The server knows this browser: pins its log and keys, and takes over. Throws Refusal while it does not. */
async function become(claim: Claim): Promise<void> {
  const answer = await callAs(claim, browserState, {});
  if (state.claim !== claim) return;
  const { keys, publicKey, browser, server } = claim;
  const identity: Identity = { keys, publicKey, browser, server, state: 'paired', log: answer.log };
  const { genesis } = identity.log;
  const foreign = otherThan(server, genesis);
  if (foreign !== undefined) return drop(foreign);
  const known = [...(state.identity ? [state.identity] : []), ...state.former.map(({ pairing }) => pairing)];
  change.anotherLogShown(anotherLog(known, claim, genesis));
  if (state.anotherLog) return publish();
  const before = state.identity?.log;
  const anew = before?.genesis !== genesis;
  const back = state.former.find(({ pairing }) => pairing.log.genesis === genesis);
  const pinned = anew ? back?.pairing.log : before;
  const former = anew ? await leave() : state.former;
  if (pinned && !sameLog(pinned, identity.log)) {
    // The log that this browser knew, under other keys: only by what two administrators did (case 62).
    await followed(pinned, identity.log, claim, anew ? back?.pairing.held : await readCheckpoint());
    if (state.fork) await forgetCheckpoint();
  } else if (anew || state.fork) {
    await forgetCheckpoint();
    if (back?.pairing.held) await keepCheckpoint(back.pairing.held);
  }
  await putForkAside();
  const database = await db();
  await database.put('identity', identity, 'this');
  await database.delete('claim', 'this');
  // Numbers of lists are indexes in one log; another log counts anew.
  const list = anew ? back?.list : state.list;
  const others = former.filter(({ pairing }) => pairing.log.genesis !== genesis);
  change.paired(identity, list, others);
  await writeFormer(others.map(({ pairing }) => pairing));
  disconnect();
  await take(answer, identity);
  await reconcile();
  await connect();
  await heartbeat();
}

/**
 * The pairing that another takes the place of joins those that are kept, before anything of it is given up. Where the
 * browser's own policy names the server, nobody's release is waited for.
 */
async function leave(): Promise<readonly FormerServer[]> {
  const { identity, managed, list, former } = state;
  if (managed) return [];
  const consoles = await (await db()).get('consoles', 'last');
  if (!identity || !list || !consoles) return former;
  const { state: _, ...pairing } = identity;
  const all = [...former, await formerServer({ ...pairing, consoles, held: await readCheckpoint() })];
  await writeFormer(all.map(({ pairing }) => pairing));
  return all;
}

/** Forgets the key. The consoles stay shut: the last list stands, and nothing can open them any more. */
export async function unpair(): Promise<void> {
  const database = await db();
  await database.delete('claim', 'this');
  if (state.identity) await database.put('identity', { ...state.identity, state: 'ended' }, 'this');
  change.unpaired();
  disconnect();
  await keepRun();
  await reconcile();
}
