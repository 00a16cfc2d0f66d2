import type { ShownDetail } from '#shared/verify/details.ts';
import type { Source, Verification } from '#shared/verify/types.ts';
import { pins } from './pins.ts';

/** Reads the log's files as they lie there. */
const source: Source = async (path) => {
  const answer = await fetch(`/log/${path}`, { cache: 'no-store' });
  if (!answer.ok) throw new Error(`The server did not give ${path} of the log. Try again in a moment.`);
  return new Uint8Array(await answer.arrayBuffer());
};

/** The verifier is loaded when somebody presses the button: most visits never need it. */
export async function* checkLog(): Verification {
  const { verifyLog } = await import('#shared/verify/log.ts');
  return yield* verifyLog(source, pins());
}

/** `details` are the free texts drawn beside it, so that they are held against their commitments too. */
export async function* checkSession(id: string, details: readonly ShownDetail[]): Verification {
  const { verifySession } = await import('#shared/verify/session.ts');
  return yield* verifySession(source, pins(), id, details);
}
