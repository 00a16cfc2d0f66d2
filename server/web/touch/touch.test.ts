// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fromBase64url, toBase64url } from '#shared/bytes.ts';
import { canonical } from '#shared/log/canonical.ts';
import { challengeOf, commit, signedHash } from '#shared/domain/signing.ts';
import { readStatement } from '#shared/domain/statements.ts';
import type { Draft } from '#shared/wire/common.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import type { KeyView } from '#shared/domain/people/views.ts';
import { mismatch } from './record.ts';
import {
  decisionStatement,
  pairingStatement,
  signInStatement,
  termsOf,
  keyRemovalStatement,
} from './statements.ts';
import { NoTouch, touch } from './touch.ts';

const b32 = (fill: number) => toBase64url(new Uint8Array(32).fill(fill));
const b16 = (fill: number) => toBase64url(new Uint8Array(16).fill(fill));
const now = Date.UTC(2026, 0, 5, 3, 0);

const draft: Draft = {
  log: 'localhost:7400/1',
  nonce: b32(1),
  expires: now + 120_000,
  head: { size: 12, root: b32(2) },
  now,
};
const signer = { person: b16(3), credential: b32(4) };
const detailView = (text: string) => ({ salt: b32(5), text, commitment: commit(b32(5), text) });

function asked(change: Partial<RequestView> = {}) {
  const justification = detailView('The queue is stuck.');
  const browser = { id: b16(6), label: 'Chromium', paired: now, status: 'paired' as const };
  const text = canonical({
    type: 'ask',
    log: draft.log,
    browser: browser.id,
    console: 'node-red',
    level: 'change',
    seconds: 1800,
    justification: justification.commitment,
    ticket: '',
    address: '',
    extends: '',
    at: now,
    nonce: b16(7),
  });
  const request: RequestView = {
    id: b16(8),
    hash: signedHash('ask', text),
    person: { id: b16(9), handle: 'ada' },
    console: { id: 'node-red', name: 'Node-RED' },
    mode: 'closed',
    level: 'change',
    seconds: 1800,
    justification,
    ticket: null,
    address: null,
    extends: '',
    asked: now,
    expires: now + 3_600_000,
    policy: b32(10),
    eligibility: 'on-call',
    decides: ['role:approver'],
    status: 'waiting',
    latest: now + 1_800_000,
    deciders: [],
    browser,
    recorded: 'What you do in it.',
    from: now,
    mayLower: true,
    mayDecide: true,
    ...change,
  };
  return { request, ask: { text, signature: 'A'.repeat(86) } };
}

/** A key that answers with what it was asked, so that a test can read the challenge. */
class Assertion {
  clientDataJSON = new Uint8Array([1]).buffer;
  authenticatorData = new Uint8Array([2]).buffer;
  signature = new Uint8Array([3]).buffer;
}
class Credential {
  response = new Assertion();
  readonly rawId: ArrayBuffer;
  constructor(rawId: Uint8Array<ArrayBuffer>) {
    this.rawId = rawId.buffer;
  }
}
const get = vi.fn<(options: CredentialRequestOptions) => Promise<unknown>>();

beforeEach(() => {
  vi.stubGlobal('PublicKeyCredential', Credential);
  vi.stubGlobal('AuthenticatorAssertionResponse', Assertion);
  Object.defineProperty(navigator, 'credentials', { value: { get }, configurable: true });
  get.mockResolvedValue(new Credential(fromBase64url(signer.credential)));
});
afterEach(() => {
  vi.unstubAllGlobals();
  get.mockReset();
});

describe('what the key signs', () => {
  test('is the hash of the very statement that was drawn, by the chosen key, with its PIN', async () => {
    const { request } = asked();
    const drawn = decisionStatement(draft, signer, request, termsOf(request, 'view', 900, draft), b32(11));
    const touched = await touch(drawn);
    const options = get.mock.lastCall?.[0].publicKey;
    expect(toBase64url(new Uint8Array(options?.challenge as ArrayBuffer))).toBe(
      challengeOf(canonical(drawn)),
    );
    expect(options?.userVerification).toBe('required');
    expect(
      options?.allowCredentials?.map(({ id }) => toBase64url(new Uint8Array(id as ArrayBuffer))),
    ).toEqual([signer.credential]);
    expect(readStatement(touched.statement)).toEqual(drawn);
    expect(touched.credential).toBe(signer.credential);
  });

  test('a sign-in names no key, so any of this server may answer', async () => {
    await touch(signInStatement(draft));
    expect(get.mock.lastCall?.[0].publicKey?.allowCredentials).toEqual([]);
  });

  test('what is no statement never reaches the key', async () => {
    const wrong = pairingStatement(draft, signer, { browserKey: b32(1), code: 'not a code', label: 'x' });
    await expect(touch(wrong)).rejects.toThrow();
    expect(get).not.toHaveBeenCalled();
  });

  test('each refusal of the browser becomes a sentence with the next step', async () => {
    get.mockRejectedValue(new DOMException('x', 'NotAllowedError'));
    await expect(touch(signInStatement(draft))).rejects.toThrow(
      'No enrolled key responded. If you touched one, it is not enrolled here',
    );
    // No browser tells a wrong key from no touch: the sentence names the one that was asked for.
    const drawn = keyRemovalStatement(draft, signer, signer.credential);
    const blue = { id: signer.credential, label: 'blue' } as KeyView;
    await expect(touch(drawn, undefined, [blue])).rejects.toThrow(
      'The key “blue” did not respond. If you touched another key, plug in the selected one',
    );
    await expect(touch(drawn, undefined, [])).rejects.toThrow('The selected key did not respond.');
    vi.stubGlobal('PublicKeyCredential', undefined);
    Reflect.deleteProperty(globalThis, 'PublicKeyCredential');
    await expect(touch(signInStatement(draft))).rejects.toThrow(NoTouch);
  });
});

describe('terms', () => {
  test('run from the draft, and the seconds asked are all there is', () => {
    const { request } = asked();
    expect(termsOf(request, 'change', 1800, draft)).toEqual({
      console: 'node-red',
      level: 'change',
      until: now + 1_800_000,
    });
  });

  test('more time counts from where the running grant ends, shortened by what was taken off', () => {
    const { request } = asked({ extends: b16(12), from: now + 600_000, latest: now + 2_400_000 });
    expect(termsOf(request, 'change', 900, draft).until).toBe(now + 2_400_000 - 900_000);
  });

  test('a denial signs the commitment of its reason, an approval none', () => {
    const { request } = asked();
    const terms = termsOf(request, 'change', 1800, draft);
    const reason = { salt: b32(13), text: 'Change freeze.' };
    expect(decisionStatement(draft, signer, request, terms, b32(11), reason)).toMatchObject({
      decision: 'deny',
      reason: commit(reason.salt, reason.text),
    });
    expect(decisionStatement(draft, signer, request, terms, b32(11))).toMatchObject({
      decision: 'approve',
      reason: '',
    });
  });
});

describe('a request that does not match its record is refused', () => {
  test('one that matches is not', () => {
    const { request, ask } = asked();
    expect(mismatch(request, ask)).toBeUndefined();
    expect(mismatch({ ...request, justification: null }, ask)).toBeUndefined();
  });

  test('another justification than the one committed to', () => {
    const { request, ask } = asked();
    const justification = { ...detailView('The queue is stuck.'), text: 'Please approve.' };
    expect(mismatch({ ...request, justification }, ask)).toContain('justification');
  });

  test('a justification with a commitment of its own, which the browser never signed', () => {
    const { request, ask } = asked();
    expect(mismatch({ ...request, justification: detailView('Please approve.') }, ask)).toContain(
      'not what was requested',
    );
  });

  test.each([
    ['console', { console: { id: 'grafana', name: 'Node-RED' } }],
    ['level', { level: 'view' as const }],
    ['duration', { seconds: 60 }],
    ['hash', { hash: b32(14) }],
    ['grant it extends', { extends: b16(15) }],
  ])('another %s than the browser signed', (_, change) => {
    const { request, ask } = asked();
    expect(mismatch({ ...request, ...change }, ask)).toContain('Do not touch your key');
  });
});
