import { type Envelope, encodeEntry, decodeEnvelope } from '#shared/log/codec.ts';
import { Overlay } from '#shared/log/state.ts';
import { type OpenDatabase, openDatabase } from '../server/db/open.ts';
import type { Folding } from '../server/log/draft.ts';
import { SqliteStore } from '../server/log/sqlite/store.ts';
import { LogWriter } from '../server/log/writer.ts';

/** An entry of the size that a batch with one action has less its signature: about 400 bytes. */
export const body = { text: 'x'.repeat(320) };
export const entryBytes: Uint8Array = encodeEntry('bench.entry', Date.now(), body);

/** No fold, so that what is measured is the log. */
const folding: Folding<{ none: never }, Envelope> = {
  read: (envelope) => envelope,
  judge: () => undefined,
  fold: () => undefined,
  version: () => 1,
  indexKeys: () => [],
};

const origin = 'bench.example/1';
/** What ready bytes are told as to whoever listens, which is nobody. */
const [entry, nothingBeside] = [decodeEnvelope(entryBytes), { state: [], details: [], erasures: [] }];

/** Four index keys for an entry, as one of ours has: its type, person, console and session. */
export const indexKeysOf = (index: number): string[] => [
  `type:${index % 7}`,
  `person:${index % 50}`,
  `console:${index % 10}`,
  `session:${index % 1000}`,
];

/** The whole log: commands, entries encoded and judged, state folded. */
export async function openWriter(folder: string) {
  const database: OpenDatabase = await openDatabase(folder);
  const writer = await LogWriter.open({
    ...folding,
    folder,
    origin,
    store: new SqliteStore(database),
    report: (error) => console.error(error),
  });
  return {
    writer,
    database,
    /** What is below the commands alone: ready bytes to the disk, signed, locked and published. */
    append(entries: readonly Uint8Array[], keysOf: (index: number) => string[] = () => []): Promise<void> {
      return new Promise((settle, fail) => {
        void writer.sequence(({ state, size }) => ({
          entries: entries.map((bytes, i) => ({ index: size + i, entry, bytes, keys: keysOf(size + i) })),
          beside: nothingBeside,
          state: new Overlay(state),
          settle: () => settle(),
          fail,
        }));
      });
    },
    async close(): Promise<void> {
      await writer.close();
      await database.close();
    },
  };
}
