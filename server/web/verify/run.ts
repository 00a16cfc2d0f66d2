import type { Bundle } from '#shared/evidence/bundle.ts';
import type { Drawn } from '#shared/verify/drawn.ts';
import type { Pins, Source, Verification } from '#shared/verify/types.ts';
import { wire } from '#shared/wire/index.ts';
import { api } from '../state/api.ts';
import { changedPin, dayOf, pinned } from './pins.ts';

/** Reads the log's files as this server hands them out. */
const source: Source = async (path) => {
  const cache = path === 'checkpoint' ? 'no-store' : 'default';
  const answer = await fetch(`/log/${path}`, { cache, credentials: 'same-origin' });
  if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
  throw new Error(
    answer.status === 403
      ? 'Verifying takes every entry, and only auditors and administrators can read them all. Ask one of them.'
      : `The server did not return ${path} of the log. Try again in a moment.`,
  );
};

/** Holds what the server says of itself against what this browser pinned, then verifies with those pins. */
async function* against(verification: (pins: Pins) => Verification): Verification {
  const seen = await api(wire.about, {});
  const pin = pinned(localStorage, seen);
  const changed = changedPin(pin, seen);
  if (changed !== undefined) {
    yield { key: 'pin', state: 'failed', sentence: changed };
    return { state: 'failed', sentence: changed };
  }
  const sentence =
    seen.logKey === pin.logKey
      ? `The log's key and genesis are the ones this browser pinned on ${dayOf(pin)}.`
      : `The log's genesis is the one this browser pinned on ${dayOf(pin)}. Its key has changed, and the new one must follow from the pinned one.`;
  yield { key: 'pin', state: 'ok', sentence };
  return yield* verification(pin);
}

/** The verifier is loaded when somebody presses the button: most visits never need it. */
export async function* checkLog(): Verification {
  const { verifyLog } = await import('#shared/verify/log.ts');
  return yield* against((pins) => verifyLog(source, pins));
}

/** Fetches the evidence of a session as everybody else would get it, and opens it. */
async function evidenceOf(session: string): Promise<Bundle> {
  const [{ openBundle }, { openZip }] = await Promise.all([
    import('#shared/evidence/bundle.ts'),
    import('#shared/evidence/zip.ts'),
  ]);
  const answer = await fetch(evidenceAddress({ kind: 'session', session }), {
    cache: 'no-store',
    credentials: 'same-origin',
  });
  if (!answer.ok)
    throw new Error('The server did not return the evidence of this session. Try again in a moment.');
  return openBundle(await openZip(await answer.blob()));
}

/** Where the server gives a bundle. */
export const evidenceAddress = (cut: Record<string, string>): string =>
  `/api/evidence?${new URLSearchParams(cut)}`;

/** Verifies a session from its evidence, and holds against it what the page draws. */
export async function* checkSession(drawn: Drawn): Verification {
  const { verifyBundle } = await import('#shared/verify/bundle.ts');
  const bundle = await evidenceOf(drawn.facts.session);
  return yield* against((pins) => verifyBundle(bundle, pins, { drawn }));
}
