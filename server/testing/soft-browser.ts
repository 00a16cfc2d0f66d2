import { type KeyPairKeyObjectResult, createHash, generateKeyPairSync, sign } from 'node:crypto';
import { newId, random, toBase64url, utf8 } from '#shared/bytes.ts';
import type { Action, ActionDetail } from '#shared/domain/actions/statements.ts';
import type { Ask } from '#shared/domain/requests/statements.ts';
import { type SignedText, type Prefix, commit, signedBytes, signedHash } from '#shared/domain/signing.ts';
import { Refusal } from '#shared/errors.ts';
import { canonical } from '#shared/log/canonical.ts';
import { type Send, call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { protocol, protocolHeader } from '#shared/wire/protocol.ts';
import type { NewDetail } from '#shared/wire/details.ts';

/** Text with a salt of its own, as whoever writes it sends it. */
export const detail = (text: string): NewDetail => ({ salt: toBase64url(random(32)), text });
export const commitmentTo = ({ salt, text }: NewDetail): string => commit(salt, text);

/** What a test may get wrong in a proof. */
export interface ProofAlterations {
  nonce?: string;
  jti?: string;
  browser?: string;
  method?: string;
  path?: string;
  body?: string;
}

/** A paired browser's key and what its extension does with it, without a browser: proofs, asks, ends, batches. */
export class SoftBrowser {
  readonly #origin: string;
  readonly #pair: KeyPairKeyObjectResult;
  readonly publicKey: string;
  /** Made by the server at the claim. */
  id = '';
  log = '';
  /** Number and hash of the last batch. */
  chain = { number: -1, hash: '' };
  /** What its extension says that it speaks. */
  protocol = String(protocol);
  #nonce = '';

  constructor(origin: string, pair = generateKeyPairSync('ed25519')) {
    this.#origin = origin;
    this.#pair = pair;
    this.publicKey = pair.publicKey.export({ format: 'jwk' }).x ?? '';
  }

  /** The same key, for another server. */
  elsewhere(origin: string): SoftBrowser {
    return new SoftBrowser(origin, this.#pair);
  }

  signBytes(message: Uint8Array): Uint8Array {
    return new Uint8Array(sign(null, message, this.#pair.privateKey));
  }
  sign(kind: Prefix, text: string): string {
    return sign(null, signedBytes(kind, text), this.#pair.privateKey).toString('base64url');
  }
  signed(kind: Prefix, value: object): SignedText {
    const text = canonical(value);
    return { text, signature: this.sign(kind, text) };
  }

  /** The header `Countersign-Proof` for one call. */
  proof(of: { method: string; path: string; body: string }, alter: ProofAlterations = {}): string {
    const jti = alter.jti ?? newId();
    const nonce = alter.nonce ?? this.#nonce;
    const text = canonical({
      body: toBase64url(
        createHash('sha256')
          .update(utf8(alter.body ?? of.body))
          .digest(),
      ),
      browser: alter.browser ?? this.id,
      jti,
      method: alter.method ?? of.method,
      nonce,
      path: alter.path ?? of.path,
    });
    return `${nonce}.${jti}.${this.sign('proof', text)}`;
  }

  async nonce(): Promise<string> {
    const answer = await fetch(`${this.#origin}${wire.nonce.path}`);
    this.#nonce = wire.nonce.answer.parse(await answer.json()).nonce;
    return this.#nonce;
  }

  /** Sends with a proof, once more when the nonce was stale. */
  readonly send: Send = async ({ method, path, body = '' }) => {
    if (this.#nonce === '') await this.nonce();
    for (let attempt = 0; ; attempt++) {
      const answer = await fetch(this.#origin + path, {
        method,
        headers: {
          'content-type': 'application/json',
          [protocolHeader]: this.protocol,
          'countersign-browser': this.id,
          'countersign-proof': this.proof({ method, path, body }),
        },
        ...(method === 'POST' ? { body } : {}),
      });
      const text = await answer.text();
      const fresh = answer.headers.get('countersign-nonce');
      if (fresh !== null) this.#nonce = fresh;
      if (attempt > 0 || !text.includes('"proof_stale"')) return { status: answer.status, text };
    }
  };

  /** Shows key and label for a pairing; returns the short code. */
  async claim(ticket: string, label = 'Chromium on Linux'): Promise<string> {
    const { publicKey } = this;
    const signature = this.sign('claim', canonical({ label, publicKey, ticket }));
    const answer = await call(this.send, wire.claimPairing, {
      body: { ticket, publicKey, label, signature },
    });
    this.id = answer.browser;
    return answer.code;
  }

  /** A signed ask with its details. */
  ask(of: Partial<Ask> & Pick<Ask, 'console'>, justification = 'Queue is stuck, page 4711') {
    const why = detail(justification);
    const value: Ask = {
      type: 'ask',
      log: this.log,
      browser: this.id,
      level: 'change',
      seconds: 1800,
      justification: commitmentTo(why),
      ticket: '',
      address: '',
      extends: '',
      at: Date.now(),
      nonce: newId(),
      ...of,
    };
    return { ask: this.signed('ask', value), justification: why };
  }
  withdrawal(request: string): SignedText {
    return this.signed('withdrawal', {
      type: 'withdrawal',
      log: this.log,
      browser: this.id,
      request,
      at: Date.now(),
    });
  }
  end(grant: string): SignedText {
    const { number } = this.chain;
    return this.signed('end', {
      type: 'end',
      log: this.log,
      browser: this.id,
      grant,
      number,
      at: Date.now(),
    });
  }

  /** The next batch of the chain with these actions. `alter` changes the batch before it is signed. */
  batch(actions: (Partial<Action> & { console: string; words: string })[], alter: object = {}) {
    const details: NewDetail[] = [];
    const made = actions.map(({ words, ...action }): Action => {
      const behind = detail(canonical({ words } satisfies ActionDetail));
      details.push(behind);
      return {
        id: newId(),
        at: Date.now(),
        kind: 'clicked',
        session: '',
        trusted: true,
        detail: commitmentTo(behind),
        ...action,
      };
    });
    const { number, hash: previous } = this.chain;
    const value = {
      type: 'batch',
      log: this.log,
      browser: this.id,
      number: number + 1,
      previous,
      actions: made,
    };
    const batch = this.signed('batch', { ...value, ...alter });
    return { batch, details, from: 0 };
  }

  /** Delivers a batch and, once it is taken in, goes on in the chain. */
  async deliver(body: { batch: SignedText; details: NewDetail[]; from: number }) {
    const receipt = await call(this.send, wire.recordActions, { body });
    this.chain = { number: receipt.number, hash: signedHash('batch', body.batch.text) };
    return receipt;
  }

  /** Leases of this browser's running grants, with the nonce that they answer. */
  async renew(shut: string[] = [], ungated?: string[]) {
    const nonce = newId();
    return {
      nonce,
      ...(await call(this.send, wire.renewLeases, {
        body: { nonce, shut, ...(ungated ? { ungated } : {}) },
      })),
    };
  }
}

/** The code of the refusal that a call ends in; throws when it succeeds or fails otherwise. */
export async function refused(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  throw new Error('this should have been refused');
}
