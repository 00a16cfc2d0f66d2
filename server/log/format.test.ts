import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toBase64url, utf8 } from '#shared/bytes.ts';
import { endedHow } from '#shared/domain/grants/entries.ts';
import { schemas } from '#shared/domain/entries.ts';
import { actionKind } from '#shared/domain/actions/statements.ts';
import { prefixes, challengeOf, commit } from '#shared/domain/signing.ts';
import { leafHash } from '#shared/log/merkle/hash.ts';
import { formatVkey, noteKey } from '#shared/log/note/keys.ts';
import { pairingCode } from '#shared/domain/browsers/code.ts';
import { canonical } from '#shared/log/canonical.ts';
import { statements } from '#shared/domain/statements.ts';
import { sha256 } from '../sha256.ts';

/** docs/log-format.md is what a stranger writes a verifier from, so it may not fall behind the code. */
const page = readFileSync(new URL('../../docs/log-format.md', import.meta.url), 'utf8');
const rowOf = (name: string): string =>
  page.split('\n').find((line) => line.replace(/ +/g, ' ').startsWith(`| \`${name}\` |`)) ?? '';

test('every type of entry has a row that names every field of its body', () => {
  for (const [name, { shape }] of Object.entries(schemas))
    for (const field of Object.keys(shape))
      expect(rowOf(name.replace('/1', '')), name).toContain(`\`${field}\``);
  for (const how of endedHow.options) expect(rowOf('grant.ended')).toContain(`\`${how}\``);
});

test('every statement has a row that names every field of its own', () => {
  const common = ['type', 'log', 'nonce', 'expires', 'head', 'actor', 'credential'];
  for (const [type, { shape }] of Object.entries(statements))
    for (const field of Object.keys(shape).filter((name) => !common.includes(name)))
      expect(rowOf(type), type).toContain(`\`${field}\``);
});

test('every prefix and every kind of action is named', () => {
  for (const prefix of Object.values(prefixes)) expect(page).toContain(`\`${prefix.trimEnd()}\``);
  for (const kind of actionKind.options) expect(page).toContain(`\`${kind}\``);
});

test('the values to test with are what the code computes', () => {
  const zeros = new Uint8Array(32);
  const z32 = toBase64url(zeros);
  const z16 = toBase64url(zeros.subarray(16));
  const origin = 'localhost:7400/1';
  const time = 1795000000000;
  const head = { size: 0, root: toBase64url(sha256(new Uint8Array())) };
  const statement = canonical({ type: 'sign-in', log: origin, nonce: z32, expires: time, head });
  const entry = canonical({ v: 1, type: 'request.expired', time, rand: z16, body: { request: z16 } });
  for (const value of [
    commit(z32, 'Queue is stuck'),
    statement,
    challengeOf(statement),
    entry,
    toBase64url(leafHash(sha256, utf8(entry))),
    formatVkey(noteKey(origin, zeros)),
    pairingCode(z32, z32),
  ])
    expect(page).toContain(`\`${value}\``);
});
