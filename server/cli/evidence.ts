import { createWriteStream } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { Command } from 'commander';
import { type Cut, cut as cutSchema } from '#shared/domain/exports/entries.ts';
import { Zip } from '#shared/evidence/zip.ts';
import { withFolder, verifierFile, writeEvidence } from '../evidence/index.ts';
import { dataFolder, hasDatabase } from './folder.ts';
import { progressTo } from './progress.ts';
import { complain, messageOf, print, printJson } from './print.ts';

interface Options {
  session?: string;
  person?: string;
  console?: string;
  from?: string;
  to?: string;
  all?: boolean;
  output: string;
  json?: boolean;
}

/** `countersign evidence export`: takes evidence out of the data folder, beside a server that may be running. */
export function evidenceCommand(): Command {
  const take = new Command('export')
    .description('Export evidence from the log as one file that anyone can verify.')
    .option('--session <id>', 'one session')
    .option('--person <handle>', 'one person: what they did and decided')
    .option('--console <id>', 'one console')
    .option('--from <time>', 'start of a period, such as 2026-11-01 or 2026-11-01T08:00:00Z')
    .option('--to <time>', 'end of the period, not included; default: now')
    .option('--all', 'the whole log')
    .requiredOption('-o, --output <file>', 'the file to write')
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      process.exitCode = await exportEvidence(options);
    });
  return new Command('evidence').description('Export evidence.').addCommand(take);
}

async function exportEvidence(options: Options): Promise<0 | 2> {
  const folder = dataFolder();
  const say = (problem: string): 2 => {
    complain(problem);
    return 2;
  };
  if (!hasDatabase(folder))
    return say(`There is no log in ${folder}. Set COUNTERSIGN_DATA to the server's data folder.`);
  const part = `${options.output}.part`;
  try {
    const disclosed = await withFolder(folder, async (held) => {
      const cut = cutFrom(options, (handle) => {
        for (const [id, person] of held.state.all('person')) if (person.handle === handle) return id;
        throw new Error(
          `Nobody in the log is called ${handle}. Names are listed under People in the companion.`,
        );
      });
      mustBeThere(cut, held.state.get('session', cut.kind === 'session' ? cut.session : ''));
      const zip = new Zip(Writable.toWeb(createWriteStream(part, { mode: 0o600 })));
      const verifier = await readFile(verifierFile).catch(() => {
        throw new Error('The verifier page is not built yet. Run `npm run build:web` first.');
      });
      const progress = progressTo(process.stderr, 'entries read');
      await writeEvidence(held, { cut, by: 'host', now: Date.now(), verifier }, zip, progress);
      await zip.close();
      return held.size;
    });
    await rename(part, options.output);
    if (options.json) printJson({ ok: true, file: options.output, size: disclosed });
    else
      print(
        `Wrote ${options.output}. Check it with \`countersign verify ${options.output}\`, or with the page verify.html.`,
      );
    return 0;
  } catch (error) {
    await rm(part, { force: true });
    return say(messageOf(error));
  }
}

function cutFrom(
  { session, person, console: of, from, to, all }: Options,
  idOf: (handle: string) => string,
): Cut {
  const cuts: Cut[] = [
    ...(session === undefined ? [] : [{ kind: 'session', session } as const]),
    ...(person === undefined ? [] : [{ kind: 'person', person: idOf(person) } as const]),
    ...(of === undefined ? [] : [{ kind: 'console', console: of } as const]),
    ...(from === undefined && to === undefined
      ? []
      : [
          {
            kind: 'period',
            from: momentOf(from ?? '1970-01-01'),
            to: to === undefined ? Date.now() : momentOf(to),
          } as const,
        ]),
    ...(all ? [{ kind: 'all' } as const] : []),
  ];
  const [only, second] = cuts;
  if (!only || second)
    throw new Error(
      'Choose what to export with exactly one of --session, --person, --console, --from with --to, or --all.',
    );
  const { success, data } = cutSchema.safeParse(only);
  if (!success)
    throw new Error('That is not a valid session or console id. Copy it from the address of its page.');
  return data;
}

function momentOf(text: string): number {
  const moment = Date.parse(text);
  if (Number.isNaN(moment))
    throw new Error(`${text} is not a valid time. Write it as 2026-11-01 or 2026-11-01T08:00:00Z.`);
  return moment;
}

function mustBeThere(cut: Cut, session: unknown): void {
  if (cut.kind === 'session' && !session)
    throw new Error(`There is no session ${cut.session}. Copy the id from the address of its page.`);
}
