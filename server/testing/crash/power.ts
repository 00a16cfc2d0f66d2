import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** One line of the shim's journal, with the bytes of a write. */
interface Step {
  readonly what: string;
  readonly fields: readonly string[];
  readonly bytes: Buffer;
}

/** A change of a file that no sync has taken to the disk yet. */
type Unsynced = { readonly at: number; readonly bytes: Buffer } | { readonly size: number };

/** What a file holds: on the disk for sure, and what the kernel may have written or not. */
class File {
  durable: Buffer;
  unsynced: Unsynced[] = [];

  constructor(durable: Buffer = Buffer.alloc(0)) {
    this.durable = durable;
  }

  sync(): void {
    for (const change of this.unsynced) this.durable = applied(this.durable, change);
    this.unsynced = [];
  }
}

type Names = Map<string, File>;

/** What a loss of power leaves of what was not synced. */
export interface Leftover {
  /** Whether this piece of an unsynced change made it to the disk. */
  readonly survives: () => boolean;
  /** Bytes that a disk writes whole: 512 or 4096. */
  readonly sector: number;
}

/** Nothing that was not synced. */
export const nothing: Leftover = { survives: () => false, sector: 4096 };

/**
 * A disk as the journal of the shim describes it. Of a file it keeps what an fsync or fdatasync took along; of the
 * folder's names what an fsync of the folder took along (POSIX promises a new file no name before that). After a sync
 * that failed, what it should have taken along counts as lost for good, though a read still shows it: that is how Linux
 * treats its page cache. Only one folder, without folders within.
 */
export class Disk {
  readonly #folder: string;
  readonly #durable: Names = new Map();
  readonly #names: Names;
  readonly #inodes = new Map<string, File>();
  #renames: ((names: Names) => void)[] = [];
  /** Faults that struck. */
  faults = 0;

  /** As `folder` is now, all of it on the disk. Read it before the server starts. */
  constructor(folder: string) {
    this.#folder = folder;
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isFile() && !entry.name.endsWith('-shm'))
        this.#durable.set(entry.name, new File(readFileSync(join(folder, entry.name))));
    this.#names = new Map(this.#durable);
  }

  /** Takes in what happened since. */
  replay(journal: string): this {
    for (const step of steps(readFileSync(journal))) this.#take(step);
    return this;
  }

  #take({ what, fields, bytes }: Step): void {
    const [first = '', second = ''] = fields;
    const file = this.#inodes.get(first);
    switch (what) {
      case 'C':
        this.#create(this.#name(first), second);
        return;
      case 'O':
        this.#open(this.#name(first), second);
        return;
      case 'W':
        file?.unsynced.push({ at: Number(second), bytes });
        return;
      case 'T':
        file?.unsynced.push({ size: Number(second) });
        return;
      case 'S':
        if (file) file.sync();
        else for (const change of this.#renames.splice(0)) change(this.#durable);
        return;
      case 'X':
        if (file) file.unsynced = [];
        return;
      case 'R':
        this.#rename((names) => move(names, this.#name(first), this.#name(second)));
        return;
      case 'U':
        this.#rename((names) => names.delete(this.#name(first)));
        return;
      case 'F':
        this.faults += 1;
        return;
      default:
        throw new Error(`the journal says ${what}`);
    }
  }

  #name(path: string): string {
    return relative(this.#folder, path);
  }

  #create(name: string, inode: string): void {
    const file = new File();
    this.#inodes.set(inode, file);
    this.#rename((names) => names.set(name, file));
  }

  #open(name: string, inode: string): void {
    const file = this.#names.get(name);
    if (file) this.#inodes.set(inode, file);
    else this.#inodes.delete(inode); // the folder itself
  }

  #rename(change: (names: Names) => void): void {
    change(this.#names);
    this.#renames.push(change);
  }

  /** Writes into `folder` what the disk holds after a loss of power now. */
  lose(folder: string, leftover: Leftover = nothing): void {
    const names: Names = new Map(this.#durable);
    for (const change of this.#renames) {
      if (!leftover.survives()) break; // a journal of names keeps their order
      change(names);
    }
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const [name, file] of names)
      writeFileSync(join(folder, name), contentAfter(file, leftover), { mode: 0o600 });
  }
}

function move(names: Names, from: string, to: string): void {
  const file = names.get(from);
  if (!file) return;
  names.delete(from);
  names.set(to, file);
}

/** The content after a change: the same buffer, changed, where it is large enough. */
function applied(content: Buffer, change: Unsynced): Buffer {
  const size = 'size' in change ? change.size : Math.max(content.length, change.at + change.bytes.length);
  let next: Buffer = content.subarray(0, size);
  if (size > content.length) {
    next = Buffer.alloc(size);
    content.copy(next);
  }
  if ('at' in change) change.bytes.copy(next, change.at);
  return next;
}

/** What is on the disk for sure, with those sectors of what was not synced that survive. */
function contentAfter(file: File, { survives, sector }: Leftover): Buffer {
  let content: Buffer = Buffer.from(file.durable);
  for (const change of file.unsynced) {
    if ('size' in change) {
      if (survives()) content = applied(content, change);
      continue;
    }
    for (let from = 0; from < change.bytes.length;) {
      const at = change.at + from;
      const to = Math.min(change.bytes.length, from + sector - (at % sector));
      if (survives()) content = applied(content, { at, bytes: change.bytes.subarray(from, to) });
      from = to;
    }
  }
  return content;
}

/** The steps of a journal. A last one that a kill cut short never happened. */
function* steps(journal: Buffer): Generator<Step> {
  for (let at = 0; at < journal.length;) {
    const end = journal.indexOf(10, at);
    if (end < 0) return;
    const [what = '', ...fields] = journal.toString('utf8', at, end).split('\t');
    const length = what === 'W' ? Number(fields[2]) : 0;
    const bytes = journal.subarray(end + 1, end + 1 + length);
    if (bytes.length < length) return;
    yield { what, fields, bytes };
    at = end + 1 + length;
  }
}
