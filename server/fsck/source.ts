import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { utf8 } from '#shared/bytes.ts';
import { Lock } from '../log/index.ts';
import { fileIn } from './files.ts';
import { UrlFiles } from './url.ts';

/** Where a log is: files in a folder, an address, or a server's data folder. */
export type LogSource =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'data'; readonly folder: string }
  | { readonly kind: 'url'; readonly files: UrlFiles; readonly url: string };

/** Reads what somebody typed. Throws a sentence where there is no log. */
export function sourceAt(place: string, headers: readonly string[]): LogSource {
  if (/^https?:\/\//.test(place))
    return { kind: 'url', url: place, files: new UrlFiles(place, headersOf(headers)) };
  if (!existsSync(place) || !statSync(place).isDirectory())
    throw new Error(`${place} is not a folder. Give a folder or an address that starts with http.`);
  if (existsSync(join(place, 'countersign.db'))) return { kind: 'data', folder: place };
  if (existsSync(join(place, 'checkpoint'))) return { kind: 'folder', folder: place };
  throw new Error(
    `There is no log in ${place}: it has neither a checkpoint nor a countersign.db. Give the folder of a log.`,
  );
}

function headersOf(lines: readonly string[]): Headers {
  const headers = new Headers();
  for (const line of lines) {
    const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined)
      throw new Error(`--header ${line} is not in the form "Name: value".`);
    headers.append(name, value);
  }
  return headers;
}

/** The newest checkpoint. Throws a sentence where there is none. */
export async function newestCheckpoint(source: LogSource): Promise<Uint8Array> {
  switch (source.kind) {
    case 'data':
      return utf8(await Lock.read(join(source.folder, 'log.lock')));
    case 'folder':
      return mustBe(fileIn(source.folder, 'checkpoint'), join(source.folder, 'checkpoint'));
    case 'url':
      return mustBe(await source.files.get('checkpoint'), `${source.url} (checkpoint)`);
  }
}

function mustBe(note: Uint8Array | undefined, where: string): Uint8Array {
  if (!note) throw new Error(`There is no checkpoint at ${where}. Give the folder or address of a log.`);
  return note;
}
