import { checkTree } from '#shared/log/tiles/check.ts';
import type { Finding, Heard } from '#shared/log/tiles/types.ts';
import { sha256 } from '../sha256.ts';
import type { ReadCheckpoint } from './checkpoint.ts';
import { checkDataFolder } from './data.ts';
import { extraFiles, folderReader } from './folder.ts';
import { Pool } from './pool.ts';
import { type LogSource, newestCheckpoint } from './source.ts';
import { type Checked, type Options, checkpointStep, heldStep } from './steps.ts';
import { urlReader } from './url.ts';

/** What a check comes to. */
export interface Report {
  readonly state: 'ok' | 'failed' | 'unknown';
  readonly sentence: string;
  readonly checkpoint?: ReadCheckpoint;
  readonly findings: readonly Finding[];
  readonly entries: number;
  /** Bytes of entries that were hashed. */
  readonly bytes: number;
}

/** Findings that are kept; a log that is wrong from end to end needs no more to be told. */
const MAX_FINDINGS = 1000;

/** Checks a log wherever it is. `hear` is told what is found and how far it is, as it goes. */
export async function fsck(
  source: LogSource,
  options: Options,
  hear: (heard: Heard) => void,
): Promise<Report> {
  const findings: Finding[] = [];
  const take = (heard: Heard): void => {
    if (heard.state !== 'checking' && findings.length < MAX_FINDINGS) findings.push(heard);
    hear(heard);
  };
  const checking =
    source.kind === 'data' ? checkDataFolder(source.folder, options) : checkFiles(source, options);
  for (;;) {
    const next = await checking.next();
    if (!next.done) {
      take(next.value);
      continue;
    }
    const { checkpoint, entries, bytes } = next.value;
    const states = new Set(findings.map(({ state }) => state));
    const state = states.has('failed') ? 'failed' : states.has('unknown') ? 'unknown' : 'ok';
    const first = findings.find((finding) => finding.state === state);
    return {
      state,
      sentence: first?.sentence ?? sayRight(checkpoint),
      ...(checkpoint ? { checkpoint } : {}),
      findings,
      entries,
      bytes,
    };
  }
}

function sayRight(checkpoint: ReadCheckpoint | undefined): string {
  if (!checkpoint) return 'Everything that was checked is right.';
  const { size, origin, signed } = checkpoint;
  const entries = `${size} ${size === 1 ? 'entry' : 'entries'}`;
  return signed
    ? `The log ${origin} is right: ${entries}, under a checkpoint that its key signed.`
    : `The tree of ${origin} is right: ${entries}. Who signed its checkpoint was not checked; give --key for that.`;
}

async function* checkFiles(
  source: Exclude<LogSource, { kind: 'data' }>,
  { key, held }: Options,
): AsyncGenerator<Heard, Checked, void> {
  const checkpoint = yield* checkpointStep(await newestCheckpoint(source), key);
  if (!checkpoint) return { entries: 0, bytes: 0 };
  const kept = yield* heldStep(held, key);
  const { size, root } = checkpoint;
  const pool = new Pool(source.kind === 'folder' ? size : 0);
  try {
    const reader = source.kind === 'folder' ? folderReader(source.folder, pool) : urlReader(source.files);
    const judged = yield* checkTree(
      reader,
      { size, root },
      { sha256, concurrency: pool.threads + 2, ...(kept ? { held: kept } : {}) },
    );
    if (source.kind === 'folder') yield* extraFiles(source.folder, size);
    else for (const sentence of source.files.notes) yield { state: 'note', part: 'file', sentence };
    return { checkpoint, ...judged };
  } finally {
    await pool.close();
  }
}
