import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context, MiddlewareHandler } from 'hono';
import { serveStatic } from 'hono/serve-static';

/** What is in memory of a file for somebody who reads it, in bytes. */
const CHUNK_BYTES = 64 * 1024;

/**
 * A file piece by piece, each read when the one before is on its way. `Readable.toWeb`, on which the adapter's own
 * `serveStatic` rests, counts pieces where it should count bytes, and so has whole files in memory for who reads slowly.
 */
function piecesOf(path: string, size: number): ReadableStream<Uint8Array> {
  let file: FileHandle | undefined;
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          file ??= await open(path);
          const piece = new Uint8Array(Math.min(CHUNK_BYTES, size - at));
          const { bytesRead } = await file.read(piece, 0, piece.length, at);
          at += bytesRead;
          if (bytesRead > 0) controller.enqueue(piece.subarray(0, bytesRead));
          if (bytesRead > 0 && at < size) return;
          controller.close();
          await file.close();
        } catch (error) {
          await file?.close();
          throw error;
        }
      },
      cancel: () => file?.close(),
    },
    { highWaterMark: 0 },
  );
}

/** Serves files as they are: one `path` for every address, or those under `root`. */
export function serveFiles(of: {
  root?: string;
  path?: string;
  onFound: (path: string, c: Context) => void | Promise<void>;
  onNotFound?: () => never;
}): MiddlewareHandler {
  return serveStatic({
    root: '',
    ...of,
    join,
    async getContent(path, c) {
      const found = await stat(path).catch(() => undefined);
      if (!found?.isFile()) return null;
      c.header('Content-Length', String(found.size));
      return piecesOf(path, found.size);
    },
  });
}
