import { noteText } from '#shared/log/note/note.ts';
import { fromBase64url } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import { browserKeyName, cosign, cosignerKey } from '#shared/log/note/cosignature.ts';
import { cosignCheckpoint, reportFork, witness as witnessRoute } from '#shared/domain/witnesses/wire.ts';
import { call } from '../../platform/api.ts';
import type { Identity } from '../../platform/db.ts';
import { signBytes } from '../../platform/keys.ts';
import { readCheckpoint } from '../../platform/outbox-store.ts';
import { keepCheckpoint, writeFork } from '../../platform/witness-store.ts';
import { coalesce } from '../../platform/coalesce.ts';
import { reconcile } from '../gate/index.ts';
import { change, state } from '../state/index.ts';
import { judgeCheckpoint, type Judgement } from '../checkpoint/index.ts';

/**
 * This browser as a witness: it believes a newer checkpoint only by the proof that it extends the
 * one it holds, and then cosigns it. A log that shows it two histories shuts everything.
 */

/** How often it looks. The tick that calls comes every half minute, also when nothing is open. */
const CHECKPOINT_MS = 60_000;

export const witness = coalesce(async () => {
  const { identity } = state;
  if (identity?.state !== 'paired' || state.refused !== '') return;
  if (state.fork) return tell();
  if (Date.now() - state.run.witnessed.tried < CHECKPOINT_MS) return;
  change.checkpointAsked();
  try {
    // Twice, because the log may have grown between its answer and what we held; a fork is one the second time too.
    let judged = await look(identity);
    if (judged.is === 'fork') judged = await look(identity);
    await act(judged, identity);
  } catch (cause) {
    // No answer, or one that makes no sense, proves nothing; it is asked again.
    if (!(cause instanceof Refusal)) throw cause;
    change.checkpointMissed();
  }
});

async function look({ log: { logKey } }: Identity): Promise<Judgement> {
  const held = await readCheckpoint();
  const from = held?.logKey === logKey ? held.size : 0;
  const { checkpoint, consistency } = await call(witnessRoute, { body: { from } });
  return judgeCheckpoint(checkpoint, consistency, { logKey, held });
}

async function act(judged: Judgement, identity: Identity): Promise<void> {
  if (judged.is === 'fork') return shut(judged.shown);
  if (judged.is === 'newer') await keepCheckpoint(judged.held);
  const held = await readCheckpoint();
  if (!held || (judged.is !== 'newer' && judged.is !== 'same')) return;
  change.checkpointProven(held.size);
  const key = cosignerKey(
    browserKeyName(identity.log.origin, identity.browser),
    fromBase64url(identity.publicKey),
  );
  const text = noteText(held.note);
  const seconds = Math.floor((Date.now() + state.run.offset) / 1000);
  const line = await cosign(text, key, (message) => signBytes(identity.keys, message), seconds);
  await call(cosignCheckpoint, { body: { checkpoint: held.note, line } });
  await reconcile();
}

/** Keeps both notes for good and shuts every gate. */
async function shut(shown: string): Promise<void> {
  const held = await readCheckpoint();
  const fork = { held: held?.note ?? '', shown, at: Date.now(), told: false };
  change.forkFound(fork);
  await writeFork(fork);
  await reconcile();
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
  const told = { ...fork, told: true };
  change.forkReported(told);
  await writeFork(told);
}
