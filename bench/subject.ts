import { type Envelope, encodeEntry } from '#shared/log/codec.ts';
import { type OpenDatabase, openDatabase } from '../server/db/open.ts';
import { Committer } from '../server/log/committer.ts';
import type { Folding } from '../server/log/draft.ts';
import { Places } from '../server/log/index-keys.ts';
import { recover } from '../server/log/startup.ts';
import { Sequencer } from '../server/log/sequencer.ts';
import { LogStore } from '../server/log/store.ts';
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
  places: () => [],
};

const origin = 'bench.example/1';

/** Four places for an entry, as one of ours has: its type, person, console and session. */
export const placesOf = (index: number): string[] => [
  `type:${index % 7}`,
  `person:${index % 50}`,
  `console:${index % 10}`,
  `session:${index % 1000}`,
];

/** The log below the commands: ready bytes to the disk, signed and locked. */
export async function openSequencer(folder: string) {
  const database = await openDatabase(folder);
  const found = await recover(folder, origin, new LogStore(database.reading));
  const committer = new Committer(database.path);
  const sequencer = new Sequencer(found, committer);
  const places = new Places(database.reading, committer);
  return {
    sequencer,
    places,
    reading: database.reading,
    async close(): Promise<void> {
      await sequencer.close();
      await places.close();
      await committer.close();
      await database.close();
    },
  };
}

/** The whole log: commands, entries encoded and judged, state folded. */
export async function openWriter(folder: string) {
  const database: OpenDatabase = await openDatabase(folder);
  const writer = await LogWriter.open({
    ...folding,
    folder,
    origin,
    database,
    report: (error) => console.error(error),
  });
  return {
    writer,
    database,
    async close(): Promise<void> {
      await writer.close();
      await database.close();
    },
  };
}

export const nothingBeside = { state: [], details: [], erasures: [] } as const;
