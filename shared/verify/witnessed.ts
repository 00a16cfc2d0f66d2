import { fromBase64url, toBase64url } from '#shared/bytes.ts';
import type { Rows } from '#shared/domain/entries.ts';
import type { View } from '#shared/log/state.ts';
import { type Checkpoint, parseCheckpoint } from '#shared/log/note/checkpoint.ts';
import {
  browserKeyName,
  checkCosignature,
  cosignerKey,
  parseCosignerVkey,
} from '#shared/log/note/cosignature.ts';
import { NoteError, type NoteKey } from '#shared/log/note/keys.ts';
import { type Note, formatSignature, parseNote } from '#shared/log/note/note.ts';
import { verifyEd25519 } from './keys.ts';
import { moment } from './say.ts';
import { type ProvenTree, count } from './tree.ts';
import { Fault, type Step } from './types.ts';

/** How far a witness went along: the largest of its checkpoints, and when it cosigned that (in seconds). */
type Reach = { size: number; time: number };

/**
 * How far the log is witnessed: cosignatures of its own browsers by the keys that it paired, counted by person, and of
 * outside witnesses by the keys that are `pinned`. Each counts once it was compared with the tree. Throws Fault where
 * one does not hold, is of another history, or is over more than the log that is here. What anybody else signed says
 * nothing, whatever it is over.
 */
export async function witnessed(
  notes: AsyncIterable<Uint8Array>,
  tree: Pick<ProvenTree, 'root' | 'size'>,
  { state }: { state: View<Rows> },
  pinned: readonly string[],
): Promise<Step[]> {
  const origin = state.get('log', 'log')?.origin ?? '';
  const ofBrowsers = browserKeyName(origin, '');
  const outside: NoteKey[] = [];
  const unreadable: Step[] = [];
  for (const [n, vkey] of pinned.entries()) {
    const read = pinnedKey(vkey);
    if ('sentence' in read) unreadable.push({ key: `witness-key-${n}`, state: 'unknown', ...read });
    else outside.push(read);
  }
  const people = new Map<string, Reach>();
  const browsers = new Set<string>();
  const asked = new Map<string, Reach>();
  const unknown = new Set<string>();
  for await (const bytes of notes) {
    const { note, checkpoint } = readCosigned(bytes);
    for (const signature of note.signatures) {
      const { name, id } = signature;
      const browser = name.startsWith(ofBrowsers)
        ? state.get('browser', name.slice(ofBrowsers.length))
        : undefined;
      const key = browser
        ? cosignerKey(name, fromBase64url(browser.publicKey))
        : outside.find((one) => one.name === name && one.id === id);
      if (!key) {
        unknown.add(name);
        continue;
      }
      const time = await timeOf(formatSignature(signature), note.text, key);
      if (checkpoint.origin !== origin)
        throw failed(`A cosigned checkpoint in it is of ${checkpoint.origin}.`);
      await mustBeOfThisLog(checkpoint, tree);
      const reach = { size: checkpoint.size, time };
      if (browser) {
        farther(people, browser.person, reach);
        browsers.add(browser.id);
      } else farther(asked, name, reach);
    }
  }
  return [
    ...byPeople(people, browsers.size, tree.size, (id) => state.get('person', id)?.handle ?? id),
    ...unreadable,
    ...byOthers(),
  ];

  function* byOthers(): Generator<Step> {
    for (const { name } of outside) {
      const reach = asked.get(name);
      yield reach
        ? { key: `witness-${name}`, state: 'ok', sentence: `${name} cosigned ${upTo(reach, tree.size)}.` }
        : {
            key: `witness-${name}`,
            state: 'unknown',
            sentence: `It has no cosignature by ${name}, so there is no telling what that witness saw.`,
          };
    }
    if (unknown.size > 0)
      yield {
        key: 'witnesses-unknown',
        state: 'note',
        sentence: `It has cosignatures by ${[...unknown].join(', ')}, which were not checked. Give ${unknown.size === 1 ? 'the key of that witness' : 'the keys of those witnesses'} to check them.`,
      };
  }
}

const failed = (sentence: string): Fault => new Fault('failed', sentence);

function pinnedKey(vkey: string): NoteKey | { sentence: string } {
  try {
    return parseCosignerVkey(vkey);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    return { sentence: `“${vkey.slice(0, 80)}” is not a witness key: ${error.message}.` };
  }
}

function readCosigned(bytes: Uint8Array): { note: Note; checkpoint: Checkpoint } {
  try {
    const note = parseNote(bytes);
    return { note, checkpoint: parseCheckpoint(note.text) };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw failed(`A cosigned checkpoint in it cannot be read: ${error.message}.`);
  }
}

async function timeOf(line: string, text: string, key: NoteKey): Promise<number> {
  try {
    return await checkCosignature(line, text, key, verifyEd25519);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw failed(`A cosignature in it does not hold: ${error.message}.`);
  }
}

/** Throws Fault where the checkpoint is of another history, or of more of this one than is here. */
async function mustBeOfThisLog(
  { size, root }: Checkpoint,
  tree: Pick<ProvenTree, 'root' | 'size'>,
): Promise<void> {
  if (size > tree.size)
    throw failed(
      `A witness cosigned this log over ${count(size, 'entry', 'entries')}, and here it has ${tree.size}: its end is cut off.`,
    );
  if ((await tree.root(size)) !== toBase64url(root))
    throw failed(`A witness cosigned another history of this log over ${count(size, 'entry', 'entries')}.`);
}

function farther(of: Map<string, Reach>, who: string, reach: Reach): void {
  const { size = -1, time = 0 } = of.get(who) ?? {};
  if (reach.size > size || (reach.size === size && reach.time > time)) of.set(who, reach);
}

const upTo = ({ size, time }: Reach, all: number): string =>
  `${size === all ? `all ${count(size, 'entry', 'entries')}` : `${size} of ${count(all, 'entry', 'entries')}`} at ${moment(time * 1000)}`;

function* byPeople(
  people: ReadonlyMap<string, Reach>,
  browsers: number,
  size: number,
  handle: (id: string) => string,
): Generator<Step> {
  const far = [...people.values()].toSorted((a, b) => b.size - a.size || b.time - a.time)[0];
  if (far)
    yield {
      key: 'witnessed',
      state: 'ok',
      sentence: `${count(people.size, 'person', 'people')} cosigned this history through ${count(browsers, 'browser')} (${[...people.keys()].map(handle).join(', ')}), ${upTo(far, size)} at the latest.`,
    };
  else
    yield {
      key: 'witnessed',
      state: 'note',
      sentence:
        'No browser has cosigned this history. For there being no other one, you have the word of whoever holds the log key.',
    };
}
