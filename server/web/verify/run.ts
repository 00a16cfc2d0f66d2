import type { ShownDetail } from '#shared/verify/details.ts';
import type { Pins, Source, Verification } from '#shared/verify/types.ts';
import { wire } from '#shared/wire/index.ts';
import { api } from '../state/api.ts';
import { changedPin, dayOf, pinned } from './pins.ts';

/** Reads the log's files as this server hands them out. */
const source: Source = async (path) => {
  const answer = await fetch(`/log/${path}`, { cache: 'no-store', credentials: 'same-origin' });
  if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
  throw new Error(
    answer.status === 403
      ? 'It takes every entry to verify, and only auditors and administrators read those. Ask one of them.'
      : `The server did not give ${path} of the log. Try again in a moment.`,
  );
};

/** Holds what the server says of itself against what this browser pinned, then lets the verifier loose on its files. */
async function* against(verification: (source: Source, pins: Pins) => Verification): Verification {
  const seen = await api(wire.about, {});
  const pin = pinned(localStorage, seen);
  const changed = changedPin(pin, seen);
  if (changed !== undefined) {
    yield { key: 'pin', state: 'failed', sentence: changed };
    return { state: 'failed', sentence: changed };
  }
  const sentence = `The log's key and genesis are those that this browser pinned on ${dayOf(pin)}.`;
  yield { key: 'pin', state: 'ok', sentence };
  return yield* verification(source, pin);
}

/** The verifier is loaded when somebody presses the button: most visits never need it. */
export async function* checkLog(): Verification {
  const { verifyLog } = await import('#shared/verify/log.ts');
  return yield* against(verifyLog);
}

/** `details` are the free texts drawn beside it, so that they are held against their commitments too. */
export async function* checkSession(id: string, details: readonly ShownDetail[]): Verification {
  const { verifySession } = await import('#shared/verify/session.ts');
  return yield* against((files, pins) => verifySession(files, pins, id, details));
}
