import { concat, utf8 } from '#shared/bytes.ts';

/** What a software authenticator needs of CBOR (RFC 8949), in its shortest form; `raw` is an item spelt already. */
export type Cbor = number | string | Uint8Array | Cbor[] | Map<number | string, Cbor> | { raw: Uint8Array };

function header(major: number, argument: number): Uint8Array {
  const top = major << 5;
  if (argument < 24) return Uint8Array.of(top | argument);
  if (argument < 0x100) return Uint8Array.of(top | 24, argument);
  return Uint8Array.of(top | 25, argument >> 8, argument & 0xff);
}

/** Numbers, lengths and sizes up to 65,535. */
export function cbor(value: Cbor): Uint8Array {
  if (typeof value === 'number') return value >= 0 ? header(0, value) : header(1, -1 - value);
  if (typeof value === 'string') return concat(header(3, utf8(value).length), utf8(value));
  if (value instanceof Uint8Array) return concat(header(2, value.length), value);
  if (Array.isArray(value)) return concat(header(4, value.length), ...value.map(cbor));
  if (!(value instanceof Map)) return value.raw;
  return concat(header(5, value.size), ...[...value].flatMap(([key, item]) => [cbor(key), cbor(item)]));
}

/** An open map that holds a tag, a half-precision number and an open string: CBOR as no CTAP key writes it. */
export const looseCbor: Cbor = { raw: Buffer.from('bf6161c1006162f93c0061635f4101ffff', 'hex') };
