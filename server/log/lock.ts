import { hash } from 'node:crypto';
import { existsSync, readSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { concat, equal, fromUtf8, utf8 } from '#shared/bytes.ts';
import { createDurably } from '../durable-files.ts';
import { Trouble } from './types.ts';

/**
 * The lock: the newest signed checkpoint, in a file outside the database. Nothing signed leaves the process before it
 * is in here, so a database that was rolled back is found out: it is behind what this file says was signed.
 *
 * Two slots of 4,096 bytes (a disk's block, so that a torn write spoils one only), written in turn and synced:
 * "CSLOCK1\n" ‖ sequence (uint64, big-endian) ‖ length of the note (uint32) ‖ note ‖ SHA-256 of all before ‖ zeros.
 * The valid slot with the higher sequence counts.
 */
const SLOT_BYTES = 4096;
const MAGIC = utf8('CSLOCK1\n');
const HEADER_BYTES = MAGIC.length + 8 + 4;

interface Slot {
  readonly sequence: bigint;
  readonly note: string;
}

/** The file is not what this process last wrote, or holds nothing valid. Nothing more may be signed. */
class LockError extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'LockError';
  }
}

const digest = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer');

function encodeSlot({ sequence, note }: Slot): Uint8Array {
  const text = utf8(note);
  const head = new DataView(new ArrayBuffer(12));
  head.setBigUint64(0, sequence);
  head.setUint32(8, text.length);
  const content = concat(MAGIC, new Uint8Array(head.buffer), text);
  const slot = new Uint8Array(SLOT_BYTES);
  if (content.length + 32 > SLOT_BYTES) throw new LockError('the checkpoint is too long for the lock file');
  slot.set(concat(content, digest(content)));
  return slot;
}

function decodeSlot(slot: Uint8Array): Slot | undefined {
  if (slot.length !== SLOT_BYTES || !equal(slot.subarray(0, MAGIC.length), MAGIC)) return undefined;
  const view = new DataView(slot.buffer, slot.byteOffset);
  const end = HEADER_BYTES + view.getUint32(MAGIC.length + 8);
  if (end + 32 > SLOT_BYTES || !equal(digest(slot.subarray(0, end)), slot.subarray(end, end + 32)))
    return undefined;
  return { sequence: view.getBigUint64(MAGIC.length), note: fromUtf8(slot.subarray(HEADER_BYTES, end)) };
}

export class Lock {
  readonly #file: FileHandle;
  #held: Slot;

  private constructor(file: FileHandle, held: Slot) {
    this.#file = file;
    this.#held = held;
  }

  static exists = (path: string): boolean => existsSync(path);

  /** Makes the file for a log that has signed nothing yet. Throws when there is one. */
  static create(path: string, note: string): void {
    if (existsSync(path)) throw new LockError('there is a lock file already');
    createDurably(path, concat(encodeSlot({ sequence: 0n, note }), new Uint8Array(SLOT_BYTES)), 0o600);
  }

  /** The newest signed checkpoint in the file, read beside a server that may be writing it. */
  static async read(path: string): Promise<string> {
    return (await Lock.look(path)).note;
  }

  /**
   * The same, and whether one of the two slots does not hold what was written into it last, as a power loss within a
   * write leaves it: then more may have been signed than the note says. Throws LockError when neither slot counts.
   */
  static async look(path: string): Promise<{ note: string; isDamaged: boolean }> {
    const file = await open(path, 'r');
    try {
      const bytes = bytesOf(file);
      const { note, sequence } = newest(bytes);
      const [first, second] = slotsIn(bytes);
      if (first && second) {
        const apart = first.sequence - second.sequence;
        return { note, isDamaged: apart !== 1n && apart !== -1n };
      }
      // A slot that was never written stands beside the very first note only.
      return { note, isDamaged: sequence !== 0n || bytes.subarray(SLOT_BYTES).some((byte) => byte !== 0) };
    } finally {
      await file.close();
    }
  }

  /** As `create`, in the place of a file of another origin: after a recovery. */
  static replace(path: string, note: string): void {
    createDurably(path, concat(encodeSlot({ sequence: 0n, note }), new Uint8Array(SLOT_BYTES)), 0o600);
  }

  static async open(path: string): Promise<Lock> {
    const file = await open(path, 'r+');
    try {
      return new Lock(file, newest(bytesOf(file)));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The newest signed checkpoint. */
  get note(): string {
    return this.#held.note;
  }

  /**
   * Puts `next` in the place of the note that this process read or wrote last. When it returns, `next` is on the disk.
   * Throws LockError when the file holds anything else meanwhile, because somebody else is writing this log, and Trouble
   * when there is no room, which some file systems need to write over a block. A crash within, or a write that ended
   * halfway, leaves either note whole: the slot that is being written is not the one that counts.
   *
   * Reading and writing end in the kernel's cache, so only the sync is left to another thread: handing each of them over
   * was measured to take half of the time of a swap.
   */
  async swap(next: string): Promise<void> {
    const found = newest(bytesOf(this.#file));
    if (found.sequence !== this.#held.sequence || found.note !== this.#held.note)
      throw new LockError(
        'The lock file was changed by somebody else; another server may be running on this data folder.',
      );
    const slot: Slot = { sequence: found.sequence + 1n, note: next };
    this.#write(encodeSlot(slot), Number(slot.sequence % 2n) * SLOT_BYTES);
    await this.#file.datasync();
    this.#held = slot;
  }

  #write(bytes: Uint8Array, at: number): void {
    try {
      for (let done = 0; done < bytes.length;)
        done += writeSync(this.#file.fd, bytes, done, bytes.length - done, at + done);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
      throw new Trouble(
        `The lock file could not be written: ${message}. Nothing is allowed until it can be; see whether the disk is full.`,
        { cause: error },
      );
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function bytesOf({ fd }: FileHandle): Uint8Array {
  const bytes = new Uint8Array(2 * SLOT_BYTES);
  readSync(fd, bytes, 0, bytes.length, 0);
  return bytes;
}

const slotsIn = (bytes: Uint8Array): [Slot | undefined, Slot | undefined] => [
  decodeSlot(bytes.subarray(0, SLOT_BYTES)),
  decodeSlot(bytes.subarray(SLOT_BYTES)),
];

function newest(bytes: Uint8Array): Slot {
  const [first, second] = slotsIn(bytes).filter((slot) => slot !== undefined);
  if (!first)
    throw new LockError(
      'The lock file holds no valid checkpoint. Restore it from a backup that is as new as the database.',
    );
  return second && second.sequence > first.sequence ? second : first;
}
