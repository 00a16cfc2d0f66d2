import {
  BlobReader,
  Uint8ArrayReader,
  Uint8ArrayWriter,
  ZipReader,
  ZipWriter,
  configure,
} from '@zip.js/zip.js/lib/zip-core-native.js';
import { mustBeOnePiece } from './layout.ts';
import { Fault } from '#shared/verify/types.ts';

// Workers are scripts of their own, and the standalone verifier is one file.
configure({ useWebWorkers: false });

/** A file in a bundle may be this large when unpacked, in bytes: 256 entries with their details stay well below. */
const LARGEST = 64 * 1024 * 1024;

/** The files of a ZIP, by name. */
export interface Files {
  readonly names: ReadonlySet<string>;
  /** The whole file; undefined where there is none of that name. Throws Fault. */
  read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/**
 * Opens a ZIP without reading more of it than its directory and headers. `blob` may be a file on a disk. What two
 * readers of ZIPs could read in two ways is refused.
 */
export async function openZip(blob: Blob): Promise<Files> {
  try {
    await mustBeOnePiece(blob);
    const reader = new ZipReader(new BlobReader(blob), { strictness: 'strict', checkSignature: true });
    const found = new Map((await reader.getEntries()).map((entry) => [entry.filename, entry] as const));
    const read = async (name: string) => {
      const entry = found.get(name);
      if (!entry || entry.directory) return undefined;
      if (entry.encrypted || entry.uncompressedSize > LARGEST)
        throw new Fault('failed', `${name} in the bundle is encrypted or too large to be one of its files.`);
      try {
        return new Uint8Array(await entry.getData(new Uint8ArrayWriter()));
      } catch {
        throw new Fault('failed', `${name} in the bundle is damaged and cannot be unpacked.`);
      }
    };
    return { names: new Set(found.keys()), read };
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(
      'failed',
      'This is not a complete ZIP file, so it is not an evidence bundle or was edited.',
    );
  }
}

/** Writes files into a ZIP one after the other, keeping none of them. */
export class Zip {
  readonly #writer: ZipWriter<unknown>;

  constructor(to: WritableStream<Uint8Array>) {
    this.#writer = new ZipWriter(to, { level: 6, extendedTimestamp: false });
  }

  async add(name: string, bytes: Uint8Array): Promise<void> {
    await this.#writer.add(name, new Uint8ArrayReader(bytes));
  }

  async close(): Promise<void> {
    await this.#writer.close();
  }
}
