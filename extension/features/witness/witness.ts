import { fromBase64url } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import { browserKeyName, cosign, cosignerKey } from '#shared/log/note/cosignature.ts';
import { cosignCheckpoint, reportFork, witness as witnessRoute } from '#shared/domain/witnesses/wire.ts';
import { call } from '../../platform/api.ts';
import type { Identity } from '../../platform/db.ts';
import { signBytes } from '../../platform/keys.ts';
import { readHeld } from '../../platform/outbox-store.ts';
import { keepCheckpoint, writeFork } from '../../platform/witness-store.ts';
import { settle } from '../gate/reconcile.ts';
import { state } from '../state/state.ts';
import { once } from '../../platform/coalesce.ts';
import { type Seen, judgeCheckpoint } from './check.ts';

/**
 * This browser as a witness: it believes a newer checkpoint only by the proof that it extends the
 * one it holds, and then cosigns it. A log that shows it two histories shuts everything.
 */

/** How often it looks, in ms. The alarm that calls comes every half minute, also when nothing is open. */
const EVERY = 60_000;

export const witness = once(async () => {
  const { identity } = state;
  if (identity?.state !== 'paired' || state.refused !== '') return;
  if (state.fork) return tell();
  if (Date.now() - state.run.witnessed.tried < EVERY) return;
  state.run.witnessed = { ...state.run.witnessed, tried: Date.now() };
  try {
    // Twice, because the log may have grown between its answer and what we held; a fork is one the second time too.
    let seen = await look(identity);
    if (seen.is === 'fork') seen = await look(identity);
    await act(seen, identity);
  } catch (cause) {
    // No answer, or one that makes no sense, proves nothing; it is asked again.
    if (!(cause instanceof Refusal)) throw cause;
    state.run.witnessed = { ...state.run.witnessed, tried: 0 };
  }
});

async function look({ log: { logKey } }: Identity): Promise<Seen> {
  const held = await readHeld();
  const from = held?.logKey === logKey ? held.size : 0;
  const { checkpoint, consistency } = await call(witnessRoute, { body: { from } });
  return judgeCheckpoint(checkpoint, consistency, { logKey, held });
}

async function act(seen: Seen, identity: Identity): Promise<void> {
  if (seen.is === 'fork') return shut(seen.shown);
  if (seen.is === 'newer') await keepCheckpoint(seen.held);
  const held = await readHeld();
  if (!held || (seen.is !== 'newer' && seen.is !== 'same')) return;
  state.run.witnessed = { tried: Date.now(), at: Date.now(), size: held.size };
  const key = cosignerKey(
    browserKeyName(identity.log.origin, identity.browser),
    fromBase64url(identity.publicKey),
  );
  const text = held.note.slice(0, held.note.lastIndexOf('\n\n') + 1);
  const seconds = Math.floor((Date.now() + state.run.offset) / 1000);
  const line = await cosign(text, key, (message) => signBytes(identity.keys, message), seconds);
  await call(cosignCheckpoint, { body: { checkpoint: held.note, line } });
  await settle();
}

/** Keeps both notes for good and shuts every gate. */
async function shut(shown: string): Promise<void> {
  const held = await readHeld();
  state.fork = { held: held?.note ?? '', shown, at: Date.now(), told: false };
  state.run.held = [];
  await writeFork(state.fork);
  await settle();
  await tell();
}

/** Hands the proof to the server that made it: whoever runs it should know, if it was not them. */
async function tell(): Promise<void> {
  const { fork } = state;
  if (!fork || fork.told) return;
  try {
    await call(reportFork, { body: { held: fork.held, shown: fork.shown } });
  } catch (cause) {
    if (cause instanceof Refusal) return;
    throw cause;
  }
  state.fork = { ...fork, told: true };
  await writeFork(state.fork);
}
