import { crc32 } from 'node:zlib';
import { Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js';
import { describe, expect, test } from 'vitest';
import { concat, utf8 } from '#shared/bytes.ts';
import { Zip, openZip } from './zip.ts';

/** What may be wrong with a member, or with the file. */
interface Member {
  name: string;
  data: string;
  /** What the local header says instead. */
  local?: string;
  extra?: Uint8Array;
  localExtra?: Uint8Array;
  comment?: string;
  flags?: number;
  /** False where the directory does not name it. */
  listed?: boolean;
}

const numbers = (...of: [bytes: 2 | 4, value: number][]): Uint8Array<ArrayBuffer> => {
  const view = new DataView(new ArrayBuffer(of.reduce((sum, [bytes]) => sum + bytes, 0)));
  let at = 0;
  for (const [bytes, value] of of) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  return new Uint8Array(view.buffer);
};

/** A ZIP of stored members, laid out by hand. */
function zipOf(
  members: readonly Member[],
  { before = '', after = '', comment = '', between = '' } = {},
): Blob {
  const parts: Uint8Array[] = [utf8(before)];
  const directory: Uint8Array[] = [];
  const at = (): number => parts.reduce((sum, part) => sum + part.length, 0);
  let listed = 0;
  for (const { name, data, local, extra, localExtra, comment: said = '', flags = 0, ...of } of members) {
    const content = utf8(data);
    const sizes: [2 | 4, number][] = [
      [4, crc32(content)],
      [4, content.length],
      [4, content.length],
    ];
    const beside = extra ?? new Uint8Array();
    const localBeside = localExtra ?? beside;
    const inner = utf8(local ?? name);
    const head: [2 | 4, number][] = [[2, 20], [2, flags], [2, 0], [4, 0], ...sizes];
    const offset = at();
    parts.push(
      numbers([4, 0x04034b50], ...head, [2, inner.length], [2, localBeside.length]),
      inner,
      localBeside,
      content,
    );
    if (of.listed === false) continue;
    listed++;
    const lengths: [2 | 4, number][] = [
      [2, utf8(name).length],
      [2, beside.length],
      [2, said.length],
    ];
    directory.push(
      numbers([4, 0x02014b50], [2, 20], ...head, ...lengths, [2, 0], [2, 0], [4, 0], [4, offset]),
      utf8(name),
      beside,
      utf8(said),
    );
  }
  parts.push(utf8(between));
  const from = at();
  const list = concat(...directory);
  const end = numbers(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, listed],
    [2, listed],
    [4, list.length],
    [4, from],
    [2, comment.length],
  );
  return new Blob([concat(...parts, list, end, utf8(comment), utf8(after))]);
}

const a: Member = { name: 'a', data: 'one' };
const b: Member = { name: 'b', data: 'two' };
/** A field of APPNOTE 4.6.9: another name for those readers that know it. */
const otherName = concat(numbers([2, 0x7075], [2, 6]), Uint8Array.of(1), numbers([4, crc32('a')]), utf8('c'));

describe('a ZIP', () => {
  test('laid out in the one way is read', async () => {
    const files = await openZip(zipOf([a, b]));
    expect([...files.names]).toEqual(['a', 'b']);
    expect(await files.read('b')).toEqual(utf8('two'));
  });

  test.each([
    [
      'a member that the directory does not name, behind the last',
      zipOf([a, b, { ...b, data: 'six', listed: false }]),
    ],
    ['a member that the directory does not name, between two', zipOf([a, { ...b, listed: false }, b])],
    ['a member that the directory does not name, before the first', zipOf([{ ...a, listed: false }, a, b])],
    ['bytes before the directory', zipOf([a, b], { between: 'x' })],
    ['bytes before the first member', zipOf([a, b], { before: 'x' })],
    ['bytes after the end', zipOf([a, b], { after: 'x' })],
    ['a comment at the end', zipOf([a, b], { comment: 'x' })],
    ['a comment beside a member', zipOf([a, { ...b, comment: 'x' }])],
    ['a name twice', zipOf([a, b, { ...a, data: 'two' }])],
    ['a name twice, with the same content', zipOf([a, a])],
    ['another name before the data than in the directory', zipOf([a, { ...b, local: 'c' }])],
    ['another name in an extra field', zipOf([{ ...a, extra: otherName }, b])],
    ['another name in an extra field before the data', zipOf([{ ...a, localExtra: otherName }, b])],
    ['an encrypted member', zipOf([a, { ...b, flags: 1 }])],
    ['nothing', new Blob([])],
    ['something else', new Blob([utf8('Trust me. '.repeat(20))])],
  ])('with %s is red', async (_, blob) => {
    await expect(openZip(blob)).rejects.toMatchObject({
      state: 'failed',
      message: expect.stringMatching(/^This is not a complete ZIP file/) as string,
    });
  });

  test('with its members listed in another order than they lie is red', async () => {
    const bytes = new Uint8Array(await zipOf([a, b]).arrayBuffer());
    const entry = 46 + 1;
    const from = bytes.length - 22 - 2 * entry;
    const [first, second] = [bytes.slice(from, from + entry), bytes.slice(from + entry, from + 2 * entry)];
    const swapped = concat(bytes.subarray(0, from), second, first, bytes.subarray(from + 2 * entry));
    await expect(openZip(new Blob([swapped]))).rejects.toMatchObject({ state: 'failed' });
  });

  test('as it is written is read, with sizes of ZIP64 too', async () => {
    const content = utf8('one '.repeat(1000));
    for (const zip64 of [false, true]) {
      const parts: Uint8Array<ArrayBuffer>[] = [];
      const to = new WritableStream<Uint8Array>({ write: (part) => void parts.push(new Uint8Array(part)) });
      const writer = new ZipWriter(to, { level: 6, extendedTimestamp: false, zip64 });
      await writer.add('a', new Uint8ArrayReader(content));
      await writer.add('empty', new Uint8ArrayReader(new Uint8Array()));
      await writer.close();
      const files = await openZip(new Blob(parts));
      expect(await files.read('a')).toEqual(content);
      expect(await files.read('empty')).toEqual(new Uint8Array());
    }
  });

  test('of no more than one member, and of none', async () => {
    for (const names of [[], ['a']]) {
      const parts: Uint8Array<ArrayBuffer>[] = [];
      const zip = new Zip(new WritableStream({ write: (part) => void parts.push(new Uint8Array(part)) }));
      for (const name of names) await zip.add(name, utf8('x'));
      await zip.close();
      expect([...(await openZip(new Blob(parts))).names]).toEqual(names);
    }
  });
});
