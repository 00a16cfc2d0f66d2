import type { Source } from '#shared/verify/types.ts';

/** The log's files as this server serves them, for the verifier. Entries are for auditors and administrators. */
export function logSource(signal: AbortSignal): Source {
  return async (path) => {
    const answer = await fetch(`/log/${path}`, { signal, credentials: 'same-origin' });
    if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
    throw new Error(
      answer.status === 403
        ? 'Only auditors and administrators read every entry, which it takes to verify. Ask one of them.'
        : `The server did not hand out ${path}. Sign in again and try again.`,
    );
  };
}
