import { decodeEntry, readEntry, versionOf, type Entry, type Rows } from '#shared/domain/entries.ts';
import { fold, indexKeysOf } from '#shared/domain/index.ts';
import type { View } from '#shared/log/state.ts';
import { parseVkey } from '#shared/log/note/keys.ts';
import { sayDoubt } from '#shared/verify/read.ts';
import type { OpenDatabase } from '../db/index.ts';
import type { ClockSources } from './clock.ts';
import { Gatekeeper } from './gatekeeper.ts';
import { settleKey } from './key-store.ts';
import { type Proposal, removeProposal } from './proposal.ts';
import { replaceLock } from './replace-lock.ts';
import { SqliteLog } from './sqlite/reader.ts';
import { SqliteStore } from './sqlite/store.ts';
import type { LogNames } from './types.ts';
import { LogWriter } from './writer.ts';

/** Where a log is, and what it is opened with. */
export interface Opening {
  folder: string;
  /** The origin of a log that is new here; a recovery counts its number up. */
  origin: string;
  database: OpenDatabase;
  report: (error: unknown) => void;
  clocks?: ClockSources;
}

/** What entries are judged with, and what does not hold: a sentence for each such entry that is in the log. */
export interface Judging {
  readonly gate: Gatekeeper;
  readonly doubts: Map<number, string>;
  /** The writer in use. */
  writer?: LogWriter<Rows, Entry>;
}

export function emptyJudging(): Judging {
  const judging: Judging = {
    doubts: new Map(),
    gate: new Gatekeeper(
      (index) => {
        const bytes = judging.writer?.reader.committed(index);
        return bytes && decodeEntry(bytes);
      },
      (key) => judging.writer?.index.find(key, Infinity, 1)[0],
    ),
  };
  return judging;
}

const namesIn = (state: View<Rows>): LogNames | undefined => state.get('log', 'log');

/** The writer over a data folder, with our entries, our fold and the verifier's rules. */
export async function openWriter(
  { folder, origin, database, report, clocks }: Opening,
  judging: Judging,
  as?: LogNames,
): Promise<LogWriter<Rows, Entry>> {
  const { gate, doubts } = judging;
  const writer = await LogWriter.open<Rows, Entry>({
    folder,
    origin,
    store: new SqliteStore(database),
    version: versionOf,
    read: readEntry,
    judge: (entry, index, state) => gate.judge(entry, index, state),
    doubted(index, reason) {
      const sentence = sayDoubt(index, reason);
      doubts.set(index, sentence);
      report(new Error(sentence));
    },
    fold,
    indexKeys: indexKeysOf,
    follows: (entry, state) => gate.follows(entry, state),
    names: namesIn,
    ...(as ? { as } : {}),
    report,
    ...(clocks ? { clocks } : {}),
  });
  judging.writer = writer;
  return writer;
}

/** The log under its new origin, with the entry that says so. Undefined where it has that entry already. */
export async function openRecovered(
  opening: Opening,
  proposal: Proposal,
  judging: Judging,
): Promise<LogWriter<Rows, Entry> | undefined> {
  const { folder, database } = opening;
  const { made: _, touches, ...body } = proposal;
  const store = new SqliteLog(database.reading);
  for (const { kind, row } of store.state())
    if (kind === 'log' && (row as Rows['log']).origin === proposal.origin) return undefined;
  const writer = await openWriter(opening, judging, await replaceLock(folder, store, proposal));
  try {
    if (!writer.health.ok) throw new Error(writer.health.reason);
    await writer.run((draft) =>
      draft.append('log.recovered', { ...body, touches: touches.map(({ by, touch }) => ({ by, touch })) }),
    );
  } catch (error) {
    await writer.close();
    throw error;
  }
  settleKeys(folder, writer);
  removeProposal(folder);
  return writer;
}

/** The keys that the log names are put in use, and those before them are destroyed. */
export function settleKeys(folder: string, writer: LogWriter<Rows, Entry>): void {
  const before = writer.state.get('log', 'log')?.before;
  if (writer.key && before)
    settleKey(folder, 'log.key', writer.key.signer, parseVkey(before.logKey).publicKey);
}
