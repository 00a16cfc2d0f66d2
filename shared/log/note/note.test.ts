import { createPublicKey, generateKeyPairSync, sign as nodeSign, verify as nodeVerify } from 'node:crypto';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { fromBase64url, toBase64url, utf8 } from '#shared/bytes.ts';
import { formatCheckpoint, openCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { NoteError, formatVkey, noteKey, parseVkey } from './keys.ts';
import { type Sign, type Verify, formatNote, openNote, parseNote, signNote } from './note.ts';

const verify: Verify = (publicKey, message, signature) => {
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: toBase64url(publicKey) },
    format: 'jwk',
  });
  return nodeVerify(null, message, key, signature);
};
const webVerify: Verify = async (publicKey, message, signature) => {
  const key = await crypto.subtle.importKey('raw', publicKey.slice(), 'Ed25519', false, ['verify']);
  return await crypto.subtle.verify('Ed25519', key, signature.slice(), message);
};

function makeKey(name: string): { key: ReturnType<typeof noteKey>; sign: Sign } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  return {
    key: noteKey(name, fromBase64url(x!)),
    sign: (message) => new Uint8Array(nodeSign(null, message, privateKey)),
  };
}

// The example of C2SP signed-note.
const exampleKey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const example = `This is an example message.

\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;

describe('signed notes', () => {
  test('the example of the specification opens, by node:crypto and by WebCrypto', async () => {
    const key = parseVkey(exampleKey);
    expect(formatVkey(key)).toBe(exampleKey);
    for (const check of [verify, webVerify]) {
      const { text, by } = await openNote(example, [key], check);
      expect(text).toBe('This is an example message.\n');
      expect(by).toEqual([key]);
    }
    expect(formatNote(parseNote(utf8(example)))).toBe(example);
  });

  test.prop([fc.nat(example.length - 2), fc.integer({ min: 0x20, max: 0x7e })])(
    'no changed character of it opens',
    async (at, code) => {
      const changed = example.slice(0, at) + String.fromCharCode(code) + example.slice(at + 1);
      fc.pre(changed !== example);
      await expect(openNote(changed, [parseVkey(exampleKey)], verify)).rejects.toThrow(NoteError);
    },
  );

  test('text may hold empty lines and every script; the last empty line divides', async () => {
    const { key, sign } = makeKey('quasimodo.example/salvatore');
    const text = 'Ognuno sta solo sul cuor della terra\n\ned \u00e8 subito sera.\n';
    expect((await openNote(await signNote(text, key, sign), [key], verify)).text).toBe(text);
  });

  test('unknown keys are ignored, also one of the same name; a known key that fails refuses the note', async () => {
    const [a, b, twin] = [makeKey('a.example'), makeKey('b.example'), makeKey('a.example')];
    const text = 'text\n';
    const lines = async (...keys: (typeof a)[]) =>
      (await Promise.all(keys.map((k) => signNote(text, k.key, k.sign)))).map(
        (n) => parseNote(n).signatures[0]!,
      );
    const by = await lines(twin, b, a);
    const both = formatNote({ text, signatures: by });
    expect((await openNote(both, [a.key], verify)).by).toEqual([a.key]);
    expect((await openNote(both, [a.key, b.key], verify)).by).toEqual([b.key, a.key]);
    await expect(openNote(formatNote({ text, signatures: by.slice(0, 2) }), [a.key], verify)).rejects.toThrow(
      'no key that we know',
    );
    const forged = formatNote({ text, signatures: [by[1]!, { ...by[2]!, signature: by[0]!.signature }] });
    await expect(openNote(forged, [a.key, b.key], verify)).rejects.toThrow('does not hold');
  });

  test('what is not a note is refused', () => {
    const line = example.slice(example.indexOf('\u2014'));
    for (const bad of [
      '',
      'text\n',
      'text\n\n',
      `text\n${line}`,
      example.slice(0, -1),
      `${example}\n`,
      `${example}tail\n`,
      example.replace('an', 'an\u0007'),
      example.replace('an', 'an\r'),
      example.replace('\u2014 ', '- '),
      example.replace('example.com/foo', 'a+b'),
      example.replace('example.com/foo', 'a\u00a0b'),
      example.replace('=', ''),
      example.replace('aQM=', 'aQN='),
      'text\n\n\u2014 k AAAAAA==\n',
      'text\ud800\n\n' + line,
    ])
      expect(() => parseNote(bad), JSON.stringify(bad)).toThrow(NoteError);
    expect(() => parseNote(Uint8Array.of(0xff, 0x0a))).toThrow(NoteError);
    const many = 'text\n\n' + line.repeat(65);
    expect(() => parseNote(many)).toThrow('too many');
    expect(parseNote('text\n\n' + line.repeat(16)).signatures).toHaveLength(16);
  });

  test('a verifier key of another type, name, id or length is refused', () => {
    for (const bad of [
      '',
      'a',
      'a+b',
      exampleKey.replace('530d903a', '530d903b'),
      exampleKey.replace('530d903a', '530D903A'),
      exampleKey.replace('foo', 'fop'),
      exampleKey.replace('AekyeRrm', 'BOkyeRrm'),
      exampleKey.slice(0, -4),
      exampleKey.replace('example.com/foo', 'a b'),
    ])
      expect(() => parseVkey(bad), bad).toThrow(NoteError);
  });
});

describe('checkpoints', () => {
  const root = new Uint8Array(32).fill(0xfb);
  const checkpoint = { origin: 'countersign.example/log', size: 20_852_163, root };

  test.prop([fc.nat({ max: 2 ** 53 - 1 }), fc.uint8Array({ minLength: 32, maxLength: 32 })])(
    'what is written is read back',
    (size, anyRoot) => {
      const any = { origin: 'a/b', size, root: anyRoot };
      expect(parseCheckpoint(formatCheckpoint(any))).toEqual(any);
    },
  );

  test('the example of C2SP tlog-checkpoint is read; extension lines are ignored', () => {
    const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
    expect(parseCheckpoint(text)).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20_852_163 });
    expect(parseCheckpoint(`${text}extension\n`).size).toBe(20_852_163);
  });

  test('other forms are refused', () => {
    const text = formatCheckpoint(checkpoint);
    for (const bad of [
      '',
      text.slice(0, -1),
      text.replace('20852163', '020852163'),
      text.replace('20852163', '-1'),
      text.replace('20852163', '9007199254740992'),
      text.replace('20852163', '1e3'),
      text.replace('=', ''),
      text.replace('+/v7', '+/'),
      `\n${text}`,
      `${text}\n`,
    ])
      expect(() => parseCheckpoint(bad), JSON.stringify(bad)).toThrow(NoteError);
    expect(() => formatCheckpoint({ ...checkpoint, origin: 'a\nb' })).toThrow(NoteError);
  });

  test('a checkpoint of another origin is refused, though the key signed it', async () => {
    const { key, sign } = makeKey('countersign.example/log');
    const good = await signNote(formatCheckpoint(checkpoint), key, sign);
    expect(await openCheckpoint(good, key, verify)).toEqual(checkpoint);
    const other = await signNote(formatCheckpoint({ ...checkpoint, origin: 'elsewhere.example' }), key, sign);
    await expect(openCheckpoint(other, key, verify)).rejects.toThrow('is of elsewhere.example');
  });
});
