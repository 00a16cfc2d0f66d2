import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { Finding } from '#shared/log/tiles/types.ts';
import { fsck, readKey, type Report, sourceAt } from '../fsck/index.ts';
import { progressTo } from './progress.ts';
import { complain, line, messageOf, print, printJson } from './print.ts';

const marks = { failed: 'FAILS', unknown: 'unsure', note: 'note' } as const;
export const exitCodes = { ok: 0, failed: 1, unknown: 2 } as const;

interface Asked {
  key?: string;
  held?: string;
  header: string[];
  json?: boolean;
}

export const collect = (value: string, before: string[]): string[] => [...before, value];

/** `countersign log fsck <place>`; exit code 0 where everything holds, 1 where something fails, 2 where it cannot judge. */
export function fsckCommand(): Command {
  return new Command('fsck')
    .description(
      'Check a log: every entry, every tile, the root and the checkpoint. Takes any C2SP tlog-tiles log in a folder or at an address, or the data folder of a server, where state and details are checked too. Static Certificate Transparency logs are not supported.',
    )
    .argument('<place>', 'a folder with checkpoint and tiles, an address (https://…/log), or a data folder')
    .option('--key <vkey>', "the log's key, name+id+key; without it signatures are not checked")
    .option('--held <file>', 'an earlier checkpoint you kept, which this log must extend')
    .option('--header <line>', 'sent with every request, such as "Cookie: …"; can be repeated', collect, [])
    .option('--json', 'print JSON')
    .action(async (place: string, asked: Asked) => {
      process.exitCode = await run(place, asked);
    });
}

async function run(place: string, { key, held, header, json = false }: Asked): Promise<0 | 1 | 2> {
  const progress = progressTo(process.stderr, 'entries');
  let report: Report;
  try {
    report = await fsck(
      sourceAt(place, header),
      {
        ...(key === undefined ? {} : { key: readKey(key) }),
        ...(held === undefined ? {} : { held: readFileSync(held) }),
      },
      (heard) => {
        if (heard.state === 'checking') progress(heard.done, heard.of);
        else if (!json) {
          progress(1, 1);
          print(told(heard));
        }
      },
    );
  } catch (error) {
    return cannotRun(error, json);
  }
  progress(1, 1);
  if (json) printJson(asJson(report));
  else print(`${report.findings.length > 0 ? '\n' : ''}${line(report.sentence)}`);
  return exitCodes[report.state];
}

const told = ({ state, sentence }: Finding): string => line(`${marks[state].padEnd(7)} ${sentence}`);

function asJson({ state, sentence, checkpoint, findings, entries, bytes }: Report): object {
  return {
    verdict: state,
    sentence,
    ...(checkpoint
      ? { origin: checkpoint.origin, size: checkpoint.size, signed: checkpoint.signed ?? null }
      : {}),
    entries,
    bytes,
    findings,
  };
}

/** What kept a command from judging: exit code 2. */
export function cannotRun(error: unknown, json: boolean): 2 {
  const sentence = messageOf(error);
  if (json) printJson({ verdict: 'unknown', sentence });
  else complain(line(sentence));
  return 2;
}
