import { basename, join } from 'node:path';
import { openToRead } from '../db/durable.ts';
import { Tables } from '../db/index.ts';
import { databaseFile } from '../backup/index.ts';
import { type WitnessedFolder, witnessedFolder } from '../evidence/index.ts';
import {
  type AnchorStatus,
  lastReached,
  readSettings,
  type WitnessSettings,
  WitnessStore,
} from '../witness/index.ts';
import { type HostFinding, fail, ok, warn } from './types.ts';

/** Who checks this log from elsewhere: browsers by their cosignatures, anchors by what the server noted down of each. */

const kinds = { witness: 'witness', git: 'Git repository', folder: 'folder' } as const;
const disagree = 'See "When a witness disagrees, or a browser shows a fork" in docs/operating.md.';

export async function witnesses(folder: string): Promise<HostFinding[]> {
  let settings: WitnessSettings;
  try {
    settings = await readSettings(folder);
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    return [fail('witnesses', sentence, 'Correct it: the server does not start with it.')];
  }
  const found = await witnessedFolder(folder);
  return [...byBrowsers(found), ...forks(folder), ...anchors(settings, found.size, lastReached(folder))];
}

function* byBrowsers({ steps }: WitnessedFolder): Generator<HostFinding> {
  for (const { key, state, sentence } of steps)
    if (state === 'failed') yield fail('witnesses', sentence, disagree);
    else if (key === 'witnessed')
      yield state === 'ok'
        ? ok('witnesses', sentence)
        : warn('witnesses', sentence, 'Every paired browser cosigns by itself while it is open.');
}

function* forks(folder: string): Generator<HostFinding> {
  const db = openToRead(join(folder, databaseFile));
  try {
    for (const { time } of new WitnessStore(new Tables(db)).forks())
      yield fail('witnesses', `A browser was shown two histories of this log at ${when(time)}.`, disagree);
  } finally {
    db.close();
  }
}

function* anchors(
  { witnesses: servers, git, folders }: WitnessSettings,
  size: number,
  reached: readonly AnchorStatus[],
): Generator<HostFinding> {
  const named: Pick<AnchorStatus, 'kind' | 'name'>[] = [
    ...servers.map(({ key }) => ({ kind: 'witness' as const, name: key.name })),
    ...git.map((path) => ({ kind: 'git' as const, name: basename(path) })),
    ...folders.map((path) => ({ kind: 'folder' as const, name: basename(path) })),
  ];
  if (named.length === 0)
    yield warn(
      'anchors',
      'No external witness or anchor is set up.',
      'Whoever runs the server could pair browsers of their own. Name a witness, a Git repository or a folder in witnesses.yaml.',
    );
  for (const anchor of named)
    yield judge(
      anchor,
      size,
      reached.find(({ kind, name }) => kind === anchor.kind && name === anchor.name),
    );
}

function judge(
  { kind, name }: Pick<AnchorStatus, 'kind' | 'name'>,
  all: number,
  reached: AnchorStatus | undefined,
): HostFinding {
  const what = `The ${kinds[kind]} ${name}`;
  if (!reached)
    return warn(
      'anchors',
      `${what} has not been tried yet.`,
      'The server reads witnesses.yaml at its start, and hands on what is signed.',
    );
  const { size, time, trouble, alarm } = reached;
  if (alarm) return fail('anchors', `${what} disagrees. ${trouble}`, disagree);
  const behind = all - size;
  const far = `${size === 0 ? 'nothing' : `${size} of ${all} entries`}${behind > 0 ? `, ${behind} behind` : ''}`;
  const said = `${what} has ${far}; it was ${time === undefined ? 'never reached' : `reached at ${when(time)}`}.`;
  if (trouble === undefined) return ok('anchors', said);
  return warn(
    'anchors',
    `${said} The last try failed: ${trouble}`,
    'The server keeps retrying, less and less often.',
  );
}

const when = (time: number): string => new Date(time).toISOString();
