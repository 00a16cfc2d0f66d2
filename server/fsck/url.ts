import { setTimeout as sleep } from 'node:timers/promises';
import { TILE_WIDTH, type Tile, tileAt, tilePath } from '#shared/merkle/tiles.ts';
import type { TlogReader } from '#shared/tlog/types.ts';
import { weigh } from '#shared/tlog/weigh.ts';
import { sha256 } from '../log/hash.ts';
import { cutFrom } from './folder.ts';

/** Requests at once. A log is somebody's server: this is what a few browsers do. */
const AT_ONCE = 8;
/** Waits before each further try, in ms, where the server does not name one; up to twice that, by chance. */
const WAITS = [250, 500, 1000, 2000, 4000];
/** The longest wait that a server may ask for, in ms. */
const LONGEST = 60_000;
const TIMEOUT = 30_000;
/** A bundle of 256 entries of 65,535 bytes. Nothing in a log is larger. */
const LARGEST = TILE_WIDTH * (2 + 65_535);

/** What makes another try worth while: the server is overloaded, or away for the moment. */
const isPassing = (status: number): boolean => status === 429 || status === 408 || status >= 500;

/** The files of a log over HTTP. Follows redirects, tries again with growing waits, asks for a few at a time. */
export class UrlFiles {
  readonly #base: URL;
  readonly #headers: Headers;
  #free = AT_ONCE;
  readonly #queue: (() => void)[] = [];

  constructor(base: string, headers: Headers) {
    this.#base = new URL(base.endsWith('/') ? base : `${base}/`);
    this.#headers = headers;
  }

  /** The bytes at a path; undefined where the server says that there is nothing. Throws a sentence on anything else. */
  async get(path: string): Promise<Uint8Array | undefined> {
    await this.#enter();
    try {
      return await this.#tryAll(new URL(path, this.#base));
    } finally {
      this.#free += 1;
      this.#queue.shift()?.();
    }
  }

  async #enter(): Promise<void> {
    while (this.#free === 0) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#free -= 1;
  }

  async #tryAll(url: URL): Promise<Uint8Array | undefined> {
    for (const wait of [...WAITS, undefined]) {
      const got = await this.#try(url);
      if ('bytes' in got) return got.bytes;
      if (wait === undefined || !got.again) throw new Error(`${url.href} cannot be read: ${got.why}.`);
      await sleep(Math.min(LONGEST, got.after ?? wait * (1 + Math.random())));
    }
    return undefined;
  }

  async #try(
    url: URL,
  ): Promise<
    { bytes: Uint8Array | undefined } | { why: string; again: boolean; after?: number | undefined }
  > {
    try {
      const answer = await fetch(url, {
        headers: this.#headers,
        // A sign-in is for the server that it was given for, and not for where that server points.
        redirect: [...this.#headers].length > 0 ? 'error' : 'follow',
        signal: AbortSignal.timeout(TIMEOUT),
      });
      const { status } = answer;
      if (answer.ok) return { bytes: await bounded(answer) };
      await answer.body?.cancel();
      if (status === 404 || status === 410) return { bytes: undefined };
      const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
      return {
        why:
          status === 401 || status === 403
            ? `the server wants a sign-in that may read it (${status}). Give one with --header`
            : `the server answered ${status}`,
        again: isPassing(status),
        after: Number.isFinite(seconds) ? seconds * 1000 : undefined,
      };
    } catch (error) {
      if (error instanceof TooLong) return { why: error.message, again: false };
      const { message, cause } = error as Error;
      return { why: cause instanceof Error ? cause.message || message : message, again: true };
    }
  }
}

class TooLong extends Error {}

async function bounded(answer: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.length;
    if (size > LARGEST) throw new TooLong('it is longer than anything in a log');
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** A log under an address, such as `https://example.com/log`. */
export function urlReader(files: UrlFiles): TlogReader {
  const tile = async (tile: Tile): Promise<Uint8Array | undefined> => {
    const bytes = await files.get(tilePath(tile));
    if (bytes || tile.width === TILE_WIDTH) return bytes;
    return cutFrom(await files.get(tilePath({ ...tile, width: TILE_WIDTH })), tile);
  };
  const bundle = (n: number, width: number): Promise<Uint8Array | undefined> =>
    tile({ level: 'entries', n, width });
  return {
    tile,
    bundle,
    weigh: (from, to, size) =>
      Promise.all(
        Array.from({ length: to - from }, async (_, i) => {
          const leaves = tileAt(0, from + i, size);
          if (!leaves) throw new Error(`a tree of ${size} has no bundle ${from + i}`);
          const { n, width } = leaves;
          const [entries, hashes] = await Promise.all([bundle(n, width), tile(leaves)]);
          return weigh(sha256, { n, width }, entries, hashes);
        }),
      ),
  };
}
