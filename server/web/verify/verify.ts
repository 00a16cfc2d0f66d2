import type { ShownDetail } from '#shared/verify/details.ts';
import type { Pins, Source, Step, Verification } from '#shared/verify/types.ts';
import { wire } from '#shared/wire/index.ts';
import { api } from '../state/api.ts';
import { changedPin, pinned } from './pins.ts';
import { logSource } from './source.ts';

type Steps = AsyncGenerator<Step, void, void>;

/** Compares what the server says of itself with what this browser pinned, then runs the verifier on what it serves. */
async function* against(
  signal: AbortSignal,
  verification: (source: Source, pins: Pins) => Verification,
): Steps {
  const seen = await api(wire.about, {});
  const pin = pinned(localStorage, seen);
  const changed = changedPin(pin, seen);
  if (changed !== undefined) {
    yield { key: 'pin', state: 'failed', sentence: changed };
    return;
  }
  const day = new Date(pin.at).toLocaleDateString('en-GB', { dateStyle: 'long' });
  yield {
    key: 'pin',
    state: 'ok',
    sentence: `The log's key and genesis are those that this browser pinned on ${day}.`,
  };
  yield* verification(logSource(signal), pin);
}

// The verifier is large and seldom needed, so it comes when it is asked for.

/** Verifies the whole log in this page. */
export async function* verifyHere(signal: AbortSignal): Steps {
  const { verifyLog } = await import('#shared/verify/log.ts');
  yield* against(signal, verifyLog);
}

/** Verifies the log and one session in it, with the texts that this page shows of it. */
export async function* verifySessionHere(
  signal: AbortSignal,
  session: string,
  details: readonly ShownDetail[],
): Steps {
  const { verifySession } = await import('#shared/verify/session.ts');
  yield* against(signal, (source, pins) => verifySession(source, pins, session, details));
}
