import { fromBase64url, toBase64url } from '#shared/bytes.ts';
import { canonical } from '#shared/log/canonical.ts';
import { challengeOf } from '#shared/domain/signing.ts';
import { statement, type Statement } from '#shared/domain/statements.ts';
import type { Touch } from '#shared/domain/primitives.ts';
import { visibleString } from '#shared/ui/record/visible.ts';
import type { KeyView } from '#shared/domain/people/views.ts';
import { keys as mine } from '../state/me.ts';

/**
 * The one place where a key signs. The challenge is computed here, from the very object that the page drew, and never
 * taken from the server.
 */

/** A touch that did not happen, in a sentence that names the next step. */
export class NoTouch extends Error {
  override readonly name = 'NoTouch';
}

const reasons: Record<string, string> = {
  NotAllowedError: 'The key was not touched, or you cancelled. Plug in the key and try again.',
  AbortError: 'The touch was interrupted. Try again.',
  InvalidStateError: 'This key is already enrolled. Plug in another one and try again.',
  ConstraintError: 'This key cannot verify who touches it. Set a PIN on it, or use another key.',
  NotSupportedError: 'This key does not support the signatures needed. Use a newer key (FIDO2).',
  SecurityError: 'The browser does not allow keys at this address. Open Countersign at its usual address.',
};

/**
 * A browser says the same of no touch, of a cancelled one and of another key than the one asked for, so the sentence
 * names what was asked for: `among` says which keys could have answered.
 */
export function noTouch(
  cause: unknown,
  among: 'any' | { label: string | undefined } | 'new' = 'new',
): NoTouch {
  const name = cause instanceof Error || cause instanceof DOMException ? cause.name : '';
  if (name === 'NotAllowedError' && among === 'any')
    return new NoTouch(
      'No enrolled key responded. If you touched one, it is not enrolled here: use one that is. Otherwise, try again.',
      { cause },
    );
  if (name === 'NotAllowedError' && among !== 'new' && among !== 'any') {
    const asked =
      among.label === undefined ? 'The selected key' : `The key “${visibleString(among.label, 80)}”`;
    return new NoTouch(
      `${asked} did not respond. If you touched another key, plug in the selected one or choose yours here. Otherwise, try again.`,
      { cause },
    );
  }
  return new NoTouch(
    reasons[name] ?? 'The key could not be used. Unplug it, plug it back in and try again.',
    {
      cause,
    },
  );
}

/** Throws where this browser has no WebAuthn: an old one, or a page that is not served securely. */
export function needCredentials(): CredentialsContainer {
  if (!('PublicKeyCredential' in globalThis) || !navigator.credentials)
    throw new NoTouch(
      'This browser cannot use hardware keys here. Open the page over HTTPS, or in an up-to-date browser.',
    );
  return navigator.credentials;
}

/** What the key is asked: exactly this statement, by this key, with its PIN or fingerprint. */
export function requestFor(text: string, credential: string | undefined): PublicKeyCredentialRequestOptions {
  return {
    challenge: fromBase64url(challengeOf(text)),
    userVerification: 'required',
    allowCredentials: credential === undefined ? [] : [{ type: 'public-key', id: fromBase64url(credential) }],
    timeout: 110_000,
  };
}

/**
 * Has the key sign a statement. The key is the one that the statement names; a sign-in names none, and any key of this
 * server may answer. `keys` are those that a person may choose from, for their names. Throws NoTouch, or ZodError when the statement is not a statement.
 */
export async function touch(
  drawn: Statement,
  signal?: AbortSignal,
  keys: readonly KeyView[] = mine.value,
): Promise<Touch> {
  const credentials = needCredentials();
  const text = canonical(statement.parse(drawn));
  const asked = 'credential' in drawn ? drawn.credential : undefined;
  const publicKey = requestFor(text, asked);
  const among = asked === undefined ? 'any' : { label: keys.find(({ id }) => id === asked)?.label };
  let answer: Credential | null;
  try {
    answer = await credentials.get({ publicKey, ...(signal && { signal }) });
  } catch (error) {
    throw noTouch(error, among);
  }
  if (
    !(answer instanceof PublicKeyCredential) ||
    !(answer.response instanceof AuthenticatorAssertionResponse)
  )
    throw noTouch(undefined);
  const { clientDataJSON, authenticatorData, signature } = answer.response;
  return {
    statement: text,
    credential: toBase64url(new Uint8Array(answer.rawId)),
    clientDataJSON: toBase64url(new Uint8Array(clientDataJSON)),
    authenticatorData: toBase64url(new Uint8Array(authenticatorData)),
    signature: toBase64url(new Uint8Array(signature)),
  };
}
