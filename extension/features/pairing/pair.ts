import { Refusal, sentences } from '#shared/errors.ts';
import { pairingCode } from '#shared/domain/browsers/code.ts';
import { browserState, claimPairing } from '#shared/domain/browsers/wire.ts';
import { callAs, callOpen } from '../../platform/api.ts';
import { db, type Claim, type Identity } from '../../platform/db.ts';
import { makeKeys, publicKeyOf, signObject } from '../../platform/keys.ts';
import { writeFormer } from '../../platform/former-store.ts';
import { readHeld } from '../../platform/outbox-store.ts';
import { forgetCheckpoint, keepCheckpoint, putForkAside } from '../../platform/witness-store.ts';
import { browserLabel } from '../../platform/life.ts';
import { publish } from '../status/publish.ts';
import { settle } from '../gate/reconcile.ts';
import { keepRun, keptOf, state, type Kept } from '../state/state.ts';
import { dropLine, keepLine } from '../connection/connection.ts';
import { heartbeat } from '../connection/heartbeat.ts';
import { take } from '../connection/sync.ts';
import { followed, sameLog } from '../witness/follow.ts';
import { otherThan, refuseOther } from '../managed/managed.ts';
import { anotherLog } from './another.ts';
import { isServerOrigin } from '../../platform/server-origin.ts';

/** Pairing: a key of this browser's own, claimed with a ticket, real once its person has touched for it. */

/** The ticket lives for five minutes, ms. */
const PATIENCE = 5 * 60_000;
const POLL = 1_000;

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
    expires: Date.now() + PATIENCE,
  };
  await (await db()).put('claim', claim, 'this');
  state.claim = claim;
  state.anotherLog = null;
  state.refused = '';
  await publish();
  void awaitConfirmation();
  return { code };
}

/** Asks each second whether the person has touched; also taken up at the worker's start. */
export async function awaitConfirmation(): Promise<void> {
  const { claim } = state;
  if (!claim) return;
  if (Date.now() > claim.expires)
    return drop('The pairing was not confirmed within five minutes. Start it again.');
  try {
    await become(claim);
  } catch (cause) {
    const waiting =
      cause instanceof Refusal && (cause.code === 'browser_unknown' || cause.code === 'unreachable');
    if (!waiting) return drop(cause instanceof Refusal ? cause.message : sentences.internal);
    setTimeout(() => void awaitConfirmation(), POLL);
  }
}

/** The person has seen both genesis hashes. Only the one that was shown to them is taken. */
export async function answerAnotherLog(shown: string, wanted: boolean): Promise<void> {
  const { claim } = state;
  if (!claim || state.anotherLog?.shown !== shown)
    throw new Refusal('no_longer_open', {
      sentence: 'This pairing is over. Start it again from the companion.',
    });
  if (!wanted) return drop('Nothing was changed. Tell an administrator that the server shows another log.');
  state.claim = { ...claim, accepted: shown };
  state.anotherLog = null;
  await (await db()).put('claim', state.claim, 'this');
  await publish();
  await awaitConfirmation();
}

async function drop(why: string): Promise<void> {
  await (await db()).delete('claim', 'this');
  state.claim = undefined;
  state.anotherLog = null;
  state.refused = why;
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
  const known = [...(state.identity ? [state.identity] : []), ...state.kept.map(({ former }) => former)];
  state.anotherLog = anotherLog(known, claim, genesis);
  if (state.anotherLog) return publish();
  const before = state.identity?.log;
  const anew = before?.genesis !== genesis;
  const back = state.kept.find(({ former }) => former.log.genesis === genesis);
  const pinned = anew ? back?.former.log : before;
  const kept = anew ? await leave() : state.kept;
  if (pinned && !sameLog(pinned, identity.log)) {
    // The log that this browser knew, under other keys: only by what two administrators did (case 62).
    await followed(pinned, identity.log, claim, anew ? back?.former.held : await readHeld());
    if (state.fork) await forgetCheckpoint();
  } else if (anew || state.fork) {
    await forgetCheckpoint();
    if (back?.former.held) await keepCheckpoint(back.former.held);
  }
  await putForkAside();
  state.fork = undefined;
  const database = await db();
  await database.put('identity', identity, 'this');
  await database.delete('claim', 'this');
  state.identity = identity;
  state.claim = undefined;
  // Numbers of lists are indexes in one log; another log counts anew.
  if (anew) state.list = back?.list;
  state.kept = kept.filter(({ former }) => former.log.genesis !== genesis);
  await writeFormer(state.kept.map(({ former }) => former));
  state.run.held = [];
  state.run.handedBack = [];
  dropLine();
  await take(answer, identity);
  await settle();
  await keepLine();
  await heartbeat();
}

/**
 * The pairing that another takes the place of joins those that are kept, before anything of it is given up. Where the
 * browser's own policy names the server, nobody's release is waited for.
 */
async function leave(): Promise<Kept[]> {
  const { identity, managed, list, kept } = state;
  if (managed) return [];
  const consoles = await (await db()).get('consoles', 'last');
  if (!identity || !list || !consoles) return kept;
  const { state: _, ...pairing } = identity;
  const all = [...kept, await keptOf({ ...pairing, consoles, held: await readHeld() })];
  await writeFormer(all.map(({ former }) => former));
  return all;
}

/** Forgets the key. The consoles stay shut: the last list stands, and nothing can open them any more. */
export async function unpair(): Promise<void> {
  const database = await db();
  await database.delete('claim', 'this');
  if (state.identity) await database.put('identity', { ...state.identity, state: 'ended' }, 'this');
  state.claim = undefined;
  if (state.identity) state.identity = { ...state.identity, state: 'ended' };
  state.run = { ...state.run, held: [], requests: [], grants: [], person: null };
  dropLine();
  await keepRun();
  await settle();
}
