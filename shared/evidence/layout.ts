import { Fault } from '#shared/verify/types.ts';

/**
 * The layout of a ZIP file (APPNOTE.TXT 6.3, 4.3), read so strictly that no two readers can find other members in it:
 * members from the first byte on, one behind the other, then the directory with the same members in the same order,
 * then the end record, and not a byte before, between or after them.
 */

const [LOCAL, DESCRIPTOR, CENTRAL, END, END64, LOCATOR64] = [
  0x04034b50, 0x08074b50, 0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50,
];
const [ALL16, ALL32] = [0xffff, 0xffffffff];
/** Flags that change nothing in what is read: how hard it was compressed, sizes behind the data, names in UTF-8. */
const HARMLESS = 0b1000_0000_1110;
const SIZES_BEHIND = 0b1000;
/** A name and the one extra field that a member may have fit behind a header of 30 bytes. */
const MOST_HEADER = 30 + 100 + 32;

function must(condition: boolean, what: string): asserts condition {
  if (!condition)
    throw new Fault(
      'failed',
      `This is not a complete ZIP file, so it is not an evidence bundle or was edited: ${what}.`,
    );
}

/** Little-endian numbers at offsets of a part of the file. */
class Part {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  u16 = (at: number): number => this.#view.getUint16(at, true);
  u32 = (at: number): number => this.#view.getUint32(at, true);
  u64 = (at: number): number => Number(this.#view.getBigUint64(at, true));
  part = (from: number, to: number): Part => {
    must(to <= this.bytes.length, 'it is cut off');
    return new Part(this.bytes.subarray(from, to));
  };
  get text(): string {
    return String.fromCharCode(...this.bytes);
  }
}

const read = async (blob: Blob, from: number, to: number): Promise<Part> => {
  must(from >= 0 && from <= to && to <= blob.size, 'it is cut off');
  return new Part(new Uint8Array(await blob.slice(from, to).arrayBuffer()));
};

/** What the directory says of a member. */
interface Member {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

/** Throws Fault unless the file is laid out in the one way above. */
export async function mustBeOnePiece(blob: Blob): Promise<void> {
  const directory = await directoryOf(blob);
  const members = membersIn(await read(blob, directory.from, directory.to), directory.members);
  must(new Set(members.map(({ name }) => name)).size === members.length, 'it has a name twice');
  let at = 0;
  for (const member of members) {
    must(member.offset === at, `${member.name} does not follow the member before it`);
    at = await endOf(blob, member);
  }
  must(at === directory.from, 'there is more in it than its directory names');
}

async function directoryOf(blob: Blob): Promise<{ from: number; to: number; members: number }> {
  const end = await read(blob, blob.size - 22, blob.size);
  must(end.u32(0) === END && end.u16(20) === 0, 'it does not end with its end record');
  must(end.u16(8) === end.u16(10), 'it is one of several disks');
  const [members, length, from] = [end.u16(10), end.u32(12), end.u32(16)];
  if (members !== ALL16 && length !== ALL32 && from !== ALL32) {
    must(end.u32(4) === 0, 'it is one of several disks');
    must(from + length === blob.size - 22, 'its directory is not before its end record');
    return { from, to: from + length, members };
  }
  const tail = await read(blob, blob.size - 22 - 20 - 56, blob.size - 22);
  const to = blob.size - 22 - 20 - 56;
  must(tail.u32(56) === LOCATOR64 && tail.u64(56 + 8) === to, 'its ZIP64 records are not in their place');
  must(tail.u32(56 + 4) === 0 && tail.u32(56 + 16) <= 1, 'it is one of several disks');
  must(tail.u32(0) === END64 && tail.u64(4) === 44, 'its ZIP64 end record is not in its form');
  must(tail.u32(16) === 0 && tail.u32(20) === 0, 'it is one of several disks');
  const long = { members: tail.u64(32), length: tail.u64(40), from: tail.u64(48) };
  const agree =
    [0, ALL32].includes(end.u32(4)) &&
    [ALL16, long.members].includes(members) &&
    [ALL32, long.length].includes(length) &&
    [ALL32, long.from].includes(from);
  must(agree && tail.u64(24) === long.members, 'its two end records disagree');
  must(long.from + long.length === to, 'its directory is not before its end record');
  return { from: long.from, to, members: long.members };
}

function membersIn(directory: Part, count: number): Member[] {
  const members: Member[] = [];
  let at = 0;
  while (at < directory.bytes.length) {
    const head = directory.part(at, at + 46);
    must(head.u32(0) === CENTRAL, 'there is something else in its directory');
    const [name, extra, comment] = [head.u16(28), head.u16(30), head.u16(32)];
    must(comment === 0 && head.u16(34) === 0, 'a member has a comment or is on another disk');
    const rest = directory.part(at + 46, at + 46 + name + extra);
    const sizes = long(rest.part(name, name + extra), [head.u32(24), head.u32(20), head.u32(42)]);
    const [size = 0, packed = 0, offset = 0] = sizes;
    const [flags, method] = [head.u16(8), head.u16(10)];
    must((flags & ~HARMLESS) === 0, 'a member is encrypted or packed in parts');
    must(method === 8 || (method === 0 && packed === size), 'a member is neither stored nor deflated');
    members.push({ name: rest.part(0, name).text, flags, method, crc: head.u32(16), packed, size, offset });
    at += 46 + name + extra;
  }
  must(members.length === count, 'it has another number of members than it says');
  return members;
}

/** These numbers, those that are all ones taken from the ZIP64 extra field, which is the only one that may be there. */
function long(extra: Part, numbers: readonly number[]): number[] {
  const wanted = numbers.filter((number) => number === ALL32).length;
  if (extra.bytes.length === 0) {
    must(wanted === 0, 'a member lacks its sizes');
    return [...numbers];
  }
  must(extra.bytes.length >= 4, 'a member has something beside it');
  must(extra.u16(0) === 1 && extra.u16(2) === extra.bytes.length - 4, 'a member has something beside it');
  must(wanted > 0 && extra.u16(2) === 8 * wanted, 'the ZIP64 field of a member is not in its form');
  let at = 4;
  return numbers.map((number) => {
    if (number !== ALL32) return number;
    at += 8;
    return extra.u64(at - 8);
  });
}

/** Where a member ends, once what stands around its data says the same as the directory. */
async function endOf(
  blob: Blob,
  { name, flags, method, crc, packed, size, offset }: Member,
): Promise<number> {
  const head = await read(blob, offset, Math.min(blob.size, offset + MOST_HEADER));
  must(head.bytes.length >= 30 && head.u32(0) === LOCAL, `${name} does not begin where it should`);
  const [nameLength, extra] = [head.u16(26), head.u16(28)];
  must(
    head.part(30, 30 + nameLength).text === name && head.u16(6) === flags && head.u16(8) === method,
    `${name} is another member than its directory says`,
  );
  const beside = head.part(30 + nameLength, 30 + nameLength + extra);
  const data = offset + 30 + nameLength + extra;
  const behind = (flags & SIZES_BEHIND) !== 0;
  if (!behind) {
    const [localSize, localPacked] = long(beside, [head.u32(22), head.u32(18)]);
    must(
      head.u32(14) === crc && localSize === size && localPacked === packed,
      `${name} has other sizes than its directory says`,
    );
    return data + packed;
  }
  const isLong = extra > 0;
  if (isLong) long(beside, [ALL32, ALL32]);
  const unsaid = isLong ? ALL32 : 0;
  must(
    head.u32(14) === 0 && head.u32(18) === unsaid && head.u32(22) === unsaid,
    `${name} has other sizes than its directory says`,
  );
  const end = data + packed + (isLong ? 24 : 16);
  const tail = await read(blob, data + packed, end);
  const [tailPacked, tailSize] = isLong ? [tail.u64(8), tail.u64(16)] : [tail.u32(8), tail.u32(12)];
  must(
    tail.u32(0) === DESCRIPTOR && tail.u32(4) === crc && tailPacked === packed && tailSize === size,
    `${name} has other sizes than its directory says`,
  );
  return end;
}
