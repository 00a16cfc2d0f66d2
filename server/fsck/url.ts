import { setTimeout as sleep } from 'node:timers/promises';
import { TILE_WIDTH, type Tile, tileAt, tilePath } from '#shared/log/merkle/tiles.ts';
import type { TlogReader } from '#shared/log/tiles/types.ts';
import { weigh } from '#shared/log/tiles/weigh.ts';
import { sha256 } from '../sha256.ts';
import { cutFrom } from './files.ts';

/** Requests at once. A log is somebody's server: this is what a few browsers do. */
const MAX_REQUESTS_AT_ONCE = 8;
/** Waits before each further try, in ms, where the server does not name one; up to twice that, by chance. */
const RETRY_WAITS_MS = [250, 500, 1000, 2000, 4000];
/** The longest wait that a server may ask for, in ms. */
const MAX_RETRY_AFTER_MS = 60_000;
const TIMEOUT_MS = 30_000;
/** A bundle of 256 entries of 65,535 bytes. Nothing in a log is larger. */
const MAX_FILE_BYTES = TILE_WIDTH * (2 + 65_535);

/** What makes another try worth while: the server is overloaded, or away for the moment. */
const isPassing = (status: number): boolean => status === 429 || status === 408 || status >= 500;

/** What a server may answer where a file of a log should be. */
type Odd = '403' | 'a web page' | 'an answer without a file';

type Answer =
  | { bytes: Uint8Array | undefined }
  | { odd: Odd; why: string }
  | { why: string; again: boolean; after?: number | undefined };

/** A server that answers, with something else than the file. */
class OddAnswer extends Error {}

/** No log has this file: a partial tile is at least one hash wide. */
const NO_FILE = 'tile/0/000.p/0';

/** The files of a log over HTTP. Follows redirects, tries again with growing waits, asks for a few at a time. */
export class UrlFiles {
  readonly #base: URL;
  readonly #headers: Headers;
  #free = MAX_REQUESTS_AT_ONCE;
  readonly #queue: (() => void)[] = [];
  /** What this server answers for a file that no log has. */
  #nothing: Promise<Answer> | undefined;
  #told = new Set<Odd>();

  constructor(base: string, headers: Headers) {
    this.#base = new URL(base.endsWith('/') ? base : `${base}/`);
    this.#headers = headers;
  }

  /** Odd answers that were taken for "there is nothing", because this server gives them for that. */
  get notes(): readonly string[] {
    return [...this.#told].map(
      (odd) =>
        `This server answers ${odd} for what is not there, so what it keeps to itself and what it does not have look the same.`,
    );
  }

  /** The bytes at a path; undefined where the server says that there is nothing. Throws a sentence on anything else. */
  async get(path: string): Promise<Uint8Array | undefined> {
    const got = await this.#ask(path);
    if ('bytes' in got) return got.bytes;
    if (!('odd' in got)) throw new Error(this.#sentence(path, got.why));
    if (path === 'checkpoint' || !(await this.#isNothing(got.odd)))
      throw new OddAnswer(this.#sentence(path, got.why));
    this.#told.add(got.odd);
    return undefined;
  }

  #sentence(path: string, why: string): string {
    return `${new URL(path, this.#base).href} cannot be read: ${why}.`;
  }

  /** Whether the server answers like this for what is not there, as S3 does for whoever may not list a bucket. */
  async #isNothing(odd: Odd): Promise<boolean> {
    const nothing = await (this.#nothing ??= this.#ask(NO_FILE));
    return 'odd' in nothing && nothing.odd === odd;
  }

  async #ask(path: string): Promise<Answer> {
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

  async #tryAll(url: URL): Promise<Answer> {
    for (const wait of [...RETRY_WAITS_MS, undefined]) {
      const got = await this.#try(url);
      if (!('again' in got) || !got.again || wait === undefined) return got;
      await sleep(Math.min(MAX_RETRY_AFTER_MS, got.after ?? wait * (1 + Math.random())));
    }
    return { bytes: undefined };
  }

  async #try(url: URL): Promise<Answer> {
    try {
      const answer = await fetch(url, {
        headers: this.#headers,
        // A sign-in is for the server that it was given for, and not for where that server points.
        redirect: [...this.#headers].length > 0 ? 'error' : 'follow',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const { status } = answer;
      if (status === 200) return fileIn(answer, await bounded(answer));
      await answer.body?.cancel();
      if (status === 404 || status === 410) return { bytes: undefined };
      if (answer.ok)
        return {
          odd: 'an answer without a file',
          why: `the server answered ${status}, which has no file in it. Is this the address of a log?`,
        };
      if (status === 403)
        return {
          odd: '403',
          why: 'the server refuses it (403). It may not be there, or may be for others: check the address, or give a sign-in that may read it with --header',
        };
      const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
      return {
        why:
          status === 401
            ? 'the server wants a sign-in that may read it (401). Give one with --header'
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

/** A page in the place of a file says so in its type and looks like one: bytes of a log are neither by chance. */
function fileIn(answer: Response, bytes: Uint8Array): Answer {
  const [type = ''] = (answer.headers.get('content-type') ?? '').toLowerCase().split(';');
  const start = Buffer.from(bytes.subarray(0, 100)).toString('latin1').trimStart();
  const isPage = /\b(html|xml|json)$/.test(type) && /^[<{[]/.test(start);
  if (!isPage) return { bytes };
  return {
    odd: 'a web page',
    why: `this address answers with something else than a file of a log (${type}). Give the address under which the checkpoint lies; where it is a sign-in page, give a sign-in with --header`,
  };
}

class TooLong extends Error {}

async function bounded(answer: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.length;
    if (size > MAX_FILE_BYTES) throw new TooLong('it is longer than anything in a log');
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** A log under an address, such as `https://example.com/log`. */
export function urlReader(files: UrlFiles): TlogReader {
  const tile = async (tile: Tile): Promise<Uint8Array | undefined> => {
    const path = tilePath(tile);
    if (tile.width === TILE_WIDTH) return await files.get(path);
    const got = await files.get(path).catch((error: unknown) => {
      if (error instanceof OddAnswer) return error;
      throw error;
    });
    if (got instanceof Uint8Array) return got;
    // A log may drop a partial tile once the full one is there.
    const whole = cutFrom(await files.get(tilePath({ ...tile, width: TILE_WIDTH })), tile);
    if (!whole && got) throw got;
    return whole;
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
