import { Command } from 'commander';
import { fromUtf8, toBase64 } from '#shared/bytes.ts';
import type { Finding } from '#shared/log/tiles/types.ts';
import { checkpointStep, newestCheckpoint, readKey, sourceAt } from '../fsck/index.ts';
import { type WitnessedFolder, witnessedFolder } from '../evidence/index.ts';
import { cannotRun, collect } from './fsck.ts';
import { complain, line, printJson, shown } from './print.ts';

interface Asked {
  key?: string;
  header: string[];
  json?: boolean;
}

/** `countersign log head <place>`: the newest checkpoint; exit code 1 where the key did not sign it. */
export function headCommand(): Command {
  return new Command('head')
    .description(
      'Print the newest checkpoint of a log as a signed note and, for a data folder, who cosigned how much of it.',
    )
    .argument('<place>', 'a data folder, a folder with checkpoint and tiles, or an address (https://…/log)')
    .option('--key <vkey>', "the log's key, name+id+key; without it the signature is not checked")
    .option('--header <line>', 'sent with every request, such as "Cookie: …"; can be repeated', collect, [])
    .option('--json', 'print JSON')
    .action(async (place: string, asked: Asked) => {
      process.exitCode = await run(place, asked).catch((error: unknown) =>
        cannotRun(error, asked.json ?? false),
      );
    });
}

async function run(place: string, { key, header, json = false }: Asked): Promise<0 | 1 | 2> {
  const source = sourceAt(place, header);
  const note = await newestCheckpoint(source);
  const steps = checkpointStep(note, key === undefined ? undefined : readKey(key));
  const failed: Finding[] = [];
  let next = await steps.next();
  for (; !next.done; next = await steps.next()) failed.push(next.value);
  const checkpoint = next.value;
  const witnessed = source.kind === 'data' ? await whoWitnessed(source.folder) : undefined;
  const said = [...failed, ...(witnessed?.steps ?? [])];
  const isFailed = said.some(({ state }) => state === 'failed');
  if (json)
    printJson({
      verdict: isFailed ? 'failed' : 'ok',
      ...(failed[0] ? { sentence: failed[0].sentence } : {}),
      ...(checkpoint
        ? {
            origin: checkpoint.origin,
            size: checkpoint.size,
            root: toBase64(checkpoint.root),
            signed: checkpoint.signed ?? null,
            signers: checkpoint.signers,
          }
        : {}),
      note: fromUtf8(note),
      ...(witnessed ? { witnessed: asJson(witnessed) } : {}),
    });
  else {
    const text = fromUtf8(note);
    // Beside the note and not behind it: what goes into a file stays a note, what goes to a terminal does it no harm.
    process.stdout.write(process.stdout.isTTY ? shown(text) : text);
    for (const { sentence } of said) complain(line(sentence));
  }
  return isFailed ? 1 : 0;
}

/** A checkpoint is worth printing also where the database beside it is not. */
const whoWitnessed = (folder: string): Promise<WitnessedFolder> =>
  witnessedFolder(folder).catch((error: unknown) => ({
    size: 0,
    cosignatures: [],
    steps: [
      {
        key: 'witnessed',
        state: 'unknown',
        sentence: `The cosignatures cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      },
    ],
  }));

const asJson = ({ cosignatures, steps }: WitnessedFolder): object => ({
  people: new Set(cosignatures.flatMap(({ person }) => person ?? [])).size,
  cosignatures,
  findings: steps.map(({ state, sentence }) => ({ state, sentence })),
});
