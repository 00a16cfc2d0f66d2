import { type KeyObject, createPublicKey, hash, verify } from 'node:crypto';
import { base64url, newId, random, toBase64url } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import { canonical } from '#shared/log/canonical.ts';
import { signedBytes, type Prefix } from '#shared/domain/signing.ts';

declare module '../context.ts' {
  interface Services {
    proofs: Proofs;
  }
}

/** Keys that are kept read: a browser calls again and again, and reading its key costs a fifth of a verification. */
const MAX_CACHED_KEYS = 10_000;
const keys = new Map<string, KeyObject>();

function keyOf(publicKey: string): KeyObject {
  let key = keys.get(publicKey);
  if (!key) {
    key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
    if (keys.size >= MAX_CACHED_KEYS) keys.clear();
    keys.set(publicKey, key);
  }
  return key;
}

/** Ed25519 by a raw 32-byte public key, both base64url. Never throws: a malformed key or signature is just not valid. */
export function verifiedBy(publicKey: string, kind: Prefix, text: string, signature: string): boolean {
  if (!base64url.test(signature)) return false;
  try {
    return verify(null, signedBytes(kind, text), keyOf(publicKey), Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

export interface ProvenCall {
  method: string;
  /** Path and query exactly as sent. */
  path: string;
  body: string;
}

/**
 * Proofs of possession: each call of a browser is signed by its key over method, path, body hash and a nonce of ours,
 * so that a stolen token alone is useless. A nonce serves for one to two minutes; within it each proof works once.
 */
export class Proofs {
  #now: () => number;
  #current = { nonce: newId(), since: 0, seen: new Set<string>() };
  #previous = { nonce: '', since: 0, seen: new Set<string>() };

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#current.since = now();
  }

  /** The nonce for the next proof. */
  nonce(): string {
    const age = this.#now() - this.#current.since;
    if (age >= 60_000 || age < 0) {
      this.#previous = age < 120_000 && age >= 0 ? this.#current : { nonce: '', since: 0, seen: new Set() };
      this.#current = { nonce: toBase64url(random(16)), since: this.#now(), seen: new Set() };
    }
    return this.#current.nonce;
  }

  /** Throws `proof_stale` for an old nonce, `proof_invalid` for anything that does not hold or was used before. */
  check(call: ProvenCall, browser: { id: string; publicKey: string }, proof: string): void {
    const [nonce = '', jti = '', signature = '', ...rest] = proof.split('.');
    if (rest.length > 0 || jti.length !== 22 || !base64url.test(jti)) throw new Refusal('proof_invalid');
    this.nonce();
    const period = [this.#current, this.#previous].find((p) => p.nonce !== '' && p.nonce === nonce);
    if (!period) throw new Refusal('proof_stale');
    const text = canonical({
      body: hash('sha256', call.body, 'base64url'),
      browser: browser.id,
      jti,
      method: call.method,
      nonce,
      path: call.path,
    });
    if (!verifiedBy(browser.publicKey, 'proof', text, signature)) throw new Refusal('proof_invalid');
    if (period.seen.has(jti)) throw new Refusal('proof_invalid');
    period.seen.add(jti);
  }
}
