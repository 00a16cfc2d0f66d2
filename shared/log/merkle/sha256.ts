/**
 * SHA-256 (FIPS 180-4), synchronous, for where WebCrypto's promise does not fit: the tree's core runs the same in the
 * browser and on the server. The server passes node:crypto's faster one to the functions that take a `Hasher`.
 */

import { concat } from '#shared/bytes.ts';

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes (section 4.2.2). */
const K = new Uint32Array(64);
/** The same of the square roots of the first 8 primes (section 5.3.3). */
const START = new Uint32Array(8);

// Computed rather than typed out: 72 magic numbers are 72 places for a slip. Doubles carry 53 bits, of which the
// integer part of the roots takes at most 5, so 32 bits of fraction are exact.
const fraction = (root: number): number => Math.floor((root - Math.floor(root)) * 2 ** 32);
for (let candidate = 2, found = 0; found < 64; candidate += 1) {
  let divisor = 2;
  while (divisor * divisor <= candidate && candidate % divisor !== 0) divisor += 1;
  if (divisor * divisor <= candidate) continue;
  K[found] = fraction(Math.cbrt(candidate));
  if (found < 8) START[found] = fraction(Math.sqrt(candidate));
  found += 1;
}

const rotr = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

/** One block of 64 bytes into the state (section 6.2.2). `w` is scratch space for the 64 words of the schedule. */
function compress(state: Uint32Array, w: Int32Array, block: DataView, at: number): void {
  for (let t = 0; t < 16; t += 1) w[t] = block.getInt32(at + t * 4);
  for (let t = 16; t < 64; t += 1) {
    const w15 = w[t - 15]!;
    const w2 = w[t - 2]!;
    const s0 = rotr(w15, 7) ^ rotr(w15, 18) ^ (w15 >>> 3);
    const s1 = rotr(w2, 17) ^ rotr(w2, 19) ^ (w2 >>> 10);
    w[t] = (w[t - 16]! + s0 + w[t - 7]! + s1) | 0;
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let t = 0; t < 64; t += 1) {
    const big1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25);
    const t1 = (h + big1 + ((e & f) ^ (~e & g)) + K[t]! + w[t]!) | 0;
    const big0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22);
    const t2 = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  const add = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i += 1) state[i] = state[i]! + add[i]!;
}

/** SHA-256 of the parts one after the other: 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const [only] = parts;
  const data = only && parts.length === 1 ? only : concat(...parts);
  const state = START.slice();
  const w = new Int32Array(64);
  const whole = data.length - (data.length % 64);
  const body = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 0; at < whole; at += 64) compress(state, w, body, at);

  // Padding (section 5.1.1): 0x80, zeros, then the length in bits as a 64-bit number.
  const rest = data.length - whole;
  const tail = new Uint8Array(rest < 56 ? 64 : 128);
  tail.set(data.subarray(whole));
  tail[rest] = 0x80;
  const end = new DataView(tail.buffer);
  end.setBigUint64(tail.length - 8, BigInt(data.length) * 8n);
  for (let at = 0; at < tail.length; at += 64) compress(state, w, end, at);

  const out = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => out.setUint32(i * 4, word));
  return new Uint8Array(out.buffer);
}
