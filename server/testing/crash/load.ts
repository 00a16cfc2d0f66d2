import { fromBase64, fromUtf8 } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';

import { leafHash } from '#shared/log/merkle/hash.ts';
import { verifyConsistency, verifyInclusion } from '#shared/log/merkle/verify.ts';
import { type Checkpoint, openCheckpoint } from '#shared/log/note/checkpoint.ts';
import { parseVkey } from '#shared/log/note/keys.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { sha256 } from '../../sha256.ts';
import { verifyEd25519 } from '../../log/key.ts';
import { signedHash } from '#shared/domain/signing.ts';
import type { SoftBrowser } from '../soft-browser.ts';

/** What a browser keeps of an acknowledgement. */
export interface Receipt {
  readonly index: number;
  readonly entry: Uint8Array;
  /** The tree that the acknowledgement is under. */
  readonly head: Checkpoint;
  /** Details that came with the batch. */
  readonly details: number;
}

/**
 * A browser that delivers batch after batch and believes nothing: each answer is checked as the extension checks it. A
 * batch that was not acknowledged is sent again, the same bytes, after whatever happened to the server.
 */
export class Loader {
  readonly receipts: Receipt[] = [];
  readonly #browser: SoftBrowser;
  readonly #logKey: string;
  #held: Checkpoint | undefined;
  #pending: ReturnType<SoftBrowser['batch']> | undefined;
  #made = 0;

  constructor(browser: SoftBrowser, logKey: string) {
    this.#browser = browser;
    this.#logKey = logKey;
    browser.chain = { number: -1, hash: '' };
  }

  /** Delivers until the server is gone or `signal` fires. Throws where an answer does not hold. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted)
      try {
        await this.deliver();
      } catch (error) {
        if (isLost(error)) return;
        throw error;
      }
  }

  /** Delivers one batch: the one that waits for its acknowledgement, or a new one. Throws what the call throws. */
  async deliver(): Promise<Receipt> {
    this.#pending ??= this.#next();
    const { batch, details } = this.#pending;
    const from = this.#held?.size ?? 0;
    const answer = await call(this.#browser.send, wire.recordActions, { body: { batch, details, from } });
    const head = await openCheckpoint(answer.checkpoint, parseVkey(this.#logKey), verifyEd25519);
    const entry = fromBase64(answer.entry);
    const { index } = answer;
    if (!fromUtf8(entry).includes(JSON.stringify(batch.text).slice(1, -1)))
      throw new Error(`entry ${index} does not hold the batch that it was acknowledged for`);
    verifyInclusion(sha256, {
      leaf: leafHash(sha256, entry),
      index,
      size: head.size,
      root: head.root,
      proof: answer.inclusion.map(fromBase64),
    });
    if (this.#held)
      verifyConsistency(sha256, {
        from: this.#held.size,
        to: head.size,
        oldRoot: this.#held.root,
        newRoot: head.root,
        proof: answer.consistency.map(fromBase64),
      });
    const receipt = { index, entry, head, details: details.length };
    this.receipts.push(receipt);
    this.#held = head;
    this.#browser.chain = { number: answer.number, hash: signedHash('batch', batch.text) };
    this.#pending = undefined;
    return receipt;
  }

  #next(): ReturnType<SoftBrowser['batch']> {
    const n = (this.#made += 1);
    return this.#browser.batch(
      Array.from({ length: 1 + (n % 4) }, (_, i) => ({ console: 'queue', words: `Action ${n}.${i}` })),
    );
  }
}

/** The server went away under the call; nothing was said. */
export const isLost = (error: unknown): boolean =>
  (error instanceof Refusal && error.code === 'unreachable') ||
  (error instanceof TypeError && /fetch failed|terminated/.test(error.message));
