import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Envelope } from '#shared/log/codec.ts';
import { type OpenDatabase, openDatabase } from '../db/open.ts';
import type { ClockSources } from './clock.ts';
import type { Folding } from './draft.ts';
import type { LogStore } from './store.ts';
import type { Done } from './types.ts';
import { SqliteStore } from './sqlite/store.ts';
import { LogWriter } from './writer.ts';

/** A fold small enough to see through: `note.put` sets a note's text, `note.cut` takes it away. */
interface Notes {
  note: { text: string; entry: number };
}

const folding: Folding<Notes, Envelope> = {
  version: () => 1,
  read: (envelope) => envelope,
  judge: () => undefined,
  fold(state, { type, body }, index) {
    const id = String(body['id']);
    if (type === 'note.put') state.put('note', id, { text: String(body['text']), entry: index });
    else if (type === 'note.cut') state.delete('note', id);
    else throw new Error(`the log contradicts itself: ${type}`);
  },
  indexKeys: ({ type, body }) => [`type:${type}`, `note:${String(body['id'])}`],
};

export const origin = 'log.example/1';

export const makeFolder = (): string => mkdtempSync(join(tmpdir(), 'countersign-log-'));

/** A real log in a real folder, with what it reported. */
export interface TestLog {
  readonly folder: string;
  readonly database: OpenDatabase;
  readonly writer: LogWriter<Notes, Envelope>;
  readonly reports: unknown[];
  /** Appends one entry. */
  put(id: string, text: string): Promise<Done<number>>;
  /** Closes the log and leaves its folder. */
  close(): Promise<void>;
  /** Closes the log and removes its folder. */
  remove(): Promise<void>;
}

interface Opening {
  clocks?: ClockSources;
  name?: string;
  storeOf?: (database: OpenDatabase) => LogStore;
}

export async function openLog(
  folder = makeFolder(),
  { clocks, name = origin, storeOf = (database) => new SqliteStore(database) }: Opening = {},
): Promise<TestLog> {
  const database = await openDatabase(folder);
  const reports: unknown[] = [];
  const writer = await LogWriter.open<Notes, Envelope>({
    ...folding,
    folder,
    origin: name,
    store: storeOf(database),
    report: (error) => reports.push(error),
    ...(clocks && { clocks }),
  });
  const close = async (): Promise<void> => {
    await writer.close();
    await database.close();
  };
  return {
    folder,
    database,
    writer,
    reports,
    put: (id, text) => writer.run((draft) => draft.append('note.put', { id, text })),
    close,
    async remove() {
      await close();
      rmSync(folder, { recursive: true });
    },
  };
}
