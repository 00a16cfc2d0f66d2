import { noteText } from '#shared/log/note/note.ts';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, mkdir, readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { checkCosignature, formatAddCheckpoint } from '#shared/log/note/cosignature.ts';
import { NoteError, type NoteKey } from '#shared/log/note/keys.ts';
import type { Hash } from '#shared/log/merkle/hash.ts';
import { type SignedHead, verifyEd25519 } from '../log/index.ts';
import type { WitnessStore } from './store.ts';

/** Where checkpoints go besides this server. None of them can hold up the log; each says how far it is. */

/** It holds another history of this log than the server, or a longer one: nothing that a retry mends. */
export class AnchorAlarm extends Error {}

export interface Anchor {
  readonly name: string;
  readonly kind: 'witness' | 'git' | 'folder';
  /** Entries under the newest checkpoint that it had, as far as is known before it is asked; 0 where nothing is. */
  known(): Promise<number>;
  /** Hands over a checkpoint that is newer. Rejects with AnchorAlarm, or with an Error whose sentence says what to do. */
  send(head: SignedHead): Promise<void>;
}

/** The proof that the tree of `to` extends that of `from`. */
type Consistency = (from: number, to: number) => Hash[];

/** A witness that speaks C2SP tlog-witness, another Countersign server for one. */
export function witnessServer(
  { url, key }: { url: string; key: NoteKey },
  store: WitnessStore,
  consistency: Consistency,
): Anchor {
  const ask = async (old: number, head: SignedHead): Promise<{ status: number; body: string }> => {
    const answer = await fetch(`${url}/add-checkpoint`, {
      method: 'POST',
      body: formatAddCheckpoint(old, old === 0 ? [] : consistency(old, head.size), head.note),
      redirect: 'error',
      signal: AbortSignal.timeout(15_000),
    }).catch((cause: Error & { cause?: { code?: string } }) => {
      throw new Error(
        `${url} does not answer (${cause.cause?.code ?? cause.message}). Look whether it runs, and whether this host reaches it.`,
        { cause },
      );
    });
    return { status: answer.status, body: (await answer.text()).slice(0, 100_000) };
  };
  return {
    name: key.name,
    kind: 'witness',
    known: () => Promise.resolve(store.newest(key.name)?.size ?? 0),
    async send(head) {
      let answer = await ask(Math.min(store.newest(key.name)?.size ?? 0, head.size), head);
      if (answer.status === 409) {
        const theirs = Number(/^(0|[1-9]\d*)\n?$/.exec(answer.body)?.[1] ?? Number.NaN);
        if (!Number.isSafeInteger(theirs)) throw new Error('It answered 409 without a size.');
        if (theirs > head.size)
          throw new AnchorAlarm(
            `It has cosigned ${theirs} entries and this server holds ${head.size}: the log went back. Stop the server and see "countersign doctor".`,
          );
        answer = await ask(theirs, head);
      }
      if (answer.status === 422)
        throw new AnchorAlarm(
          'It knows another history of this log. Keep what both hold, and see "When a witness disagrees" in docs/operating.md.',
        );
      if (answer.status !== 200)
        throw new Error(`It answered ${answer.status}: ${answer.body.trim().slice(0, 200) || 'nothing'}`);
      await keep(answer.body, head);
    },
  };

  async function keep(body: string, { note, size }: SignedHead): Promise<void> {
    for (const line of body.split('\n').filter((each) => each !== ''))
      try {
        const time = await checkCosignature(line, noteText(note), key, verifyEd25519);
        store.keep({ witness: key.name, kind: 'outside', size, time, note, line: `${line}\n` });
        return;
      } catch (error) {
        if (!(error instanceof NoteError)) throw error;
      }
    throw new Error('Its answer holds no cosignature by the key in witnesses.yaml. Check that key.');
  }
}

const run = promisify(execFile);

/** A clone of a Git repository: the file `checkpoint`, a commit and a push for each. */
export function gitRepository(folder: string): Anchor {
  const git = async (...args: string[]): Promise<string> => {
    try {
      const { stdout } = await run('git', ['-C', folder, ...args], {
        timeout: 60_000,
        env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
      });
      return stdout.trim();
    } catch (error) {
      const { stderr, message } = error as Error & { stderr?: string };
      throw new Error(`git ${args[0]} failed: ${(stderr?.trim() || message).slice(0, 300)}`, {
        cause: error,
      });
    }
  };
  const written = async (): Promise<string> => {
    try {
      return await readFile(join(folder, 'checkpoint'), 'utf8');
    } catch {
      return '';
    }
  };
  return {
    name: basename(folder),
    kind: 'git',
    // What was pushed, for a commit that nobody else has anchors nothing.
    known: async () => sizeOf(await git('show', '@{upstream}:checkpoint').catch(() => '')),
    async send({ note, size }) {
      if (!existsSync(folder))
        throw new Error(
          `There is no ${folder}. Make the clone, with an upstream and credentials that do not ask.`,
        );
      const before = await written();
      if (sizeOf(before) > size)
        throw new AnchorAlarm(
          `Its newest checkpoint is over ${sizeOf(before)} entries and this server holds ${size}: the log went back. Stop the server and see "countersign doctor".`,
        );
      if (before !== note) {
        const file = await open(join(folder, 'checkpoint'), 'w');
        await file.writeFile(note);
        await file.sync();
        await file.close();
        await git('add', 'checkpoint');
        await git(
          '-c',
          'user.name=Countersign',
          '-c',
          'user.email=countersign@localhost',
          'commit',
          '--quiet',
          '-m',
          `Checkpoint over ${size} entries`,
        );
      }
      // A commit whose push failed before is pushed with this one.
      await git('push', '--quiet');
    },
  };
}

/** A folder that only takes new files: each checkpoint under its size, written once. */
export function onceFolder(folder: string): Anchor {
  const sizes = async (): Promise<number[]> => {
    const names = await readdir(folder).catch(() => []);
    return names.flatMap((name) => /^checkpoint-(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  };
  return {
    name: basename(folder),
    kind: 'folder',
    known: async () => Math.max(0, ...(await sizes())),
    async send({ note, size }) {
      await mkdir(folder, { recursive: true });
      const largest = Math.max(0, ...(await sizes()));
      if (largest > size)
        throw new AnchorAlarm(
          `Its newest checkpoint is over ${largest} entries and this server holds ${size}: the log went back. Stop the server and see "countersign doctor".`,
        );
      const path = join(folder, `checkpoint-${String(size).padStart(12, '0')}`);
      try {
        const file = await open(path, 'wx', 0o444);
        await file.writeFile(note);
        await file.sync();
        await file.close();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        if (noteText(await readFile(path, 'utf8')) !== noteText(note))
          throw new AnchorAlarm(
            `${path} holds another checkpoint of this size: two histories were signed. Keep both.`,
          );
        return;
      }
      const place = await open(folder, 'r');
      await place.sync();
      await place.close();
    },
  };
}

/** The size in a checkpoint's second line; 0 where there is none. */
const sizeOf = (note: string): number => Number(/^[^\n]+\n(\d+)\n/.exec(note)?.[1] ?? 0);
