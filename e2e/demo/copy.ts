import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BrowserContext } from '@playwright/test';
import { tileAt, tilePath, tilesOf } from '#shared/log/merkle/tiles.ts';

/** Copies a log's files as an auditor's browser may read them, into a folder. Returns the number of entries. */
export async function copyLog(auditor: BrowserContext, origin: string, folder: string): Promise<number> {
  const get = async (path: string): Promise<Buffer> => {
    const answer = await auditor.request.get(`${origin}/log/${path}`);
    if (!answer.ok()) throw new Error(`/log/${path} answered ${answer.status()}`);
    const body = await answer.body();
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), body);
    return body;
  };
  const size = Number((await get('checkpoint')).toString().split('\n')[1]);
  for (const tile of tilesOf(size)) {
    await get(tilePath(tile));
    const bundle = tile.level === 0 ? tileAt('entries', tile.n, size) : undefined;
    if (bundle) await get(tilePath(bundle));
  }
  return size;
}

/** Changes one byte inside entry `index` of the first bundle, as somebody with a hex editor would. */
export async function changeOneByte(folder: string, size: number, index: number): Promise<void> {
  const bundle = tileAt('entries', 0, size);
  if (!bundle) throw new Error('the log has no entries');
  const file = join(folder, tilePath(bundle));
  const bytes = await readFile(file);
  let at = 0;
  for (let entry = 0; entry < index; entry++) at += 2 + bytes.readUInt16BE(at);
  const inside = at + 2 + Math.floor(bytes.readUInt16BE(at) / 2);
  bytes[inside] = (bytes[inside] ?? 0) ^ 1;
  await writeFile(file, bytes);
}
