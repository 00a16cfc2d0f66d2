import { openAsBlob } from 'node:fs';
import { Command } from 'commander';
import { openBundle } from '#shared/evidence/bundle.ts';
import { openZip } from '#shared/evidence/zip.ts';
import { verifyBundle } from '#shared/verify/bundle.ts';
import { Fault, type Pins, type Step, type Verdict, type Verification } from '#shared/verify/types.ts';
import { sha256 } from '../sha256.ts';
import { progressTo } from './progress.ts';
import { line, print, printJson } from './print.ts';

const marks = { ok: 'holds', failed: 'FAILS', unknown: 'unsure', note: 'note', checking: '' } as const;

interface Options {
  key?: string;
  genesis?: string;
  witness: string[];
  json?: boolean;
}

/** `countersign verify <bundle>`; exit code 0 where it holds, 1 where it fails, 2 where it cannot judge. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description('Verify an evidence bundle without trusting the server or whoever made the bundle.')
    .argument('<bundle>', 'the ZIP file, as you received it')
    .option('--key <vkey>', "the log's key, name+id+key, from someone you trust")
    .option('--genesis <hash>', 'the genesis hash printed at set-up')
    .option(
      '--witness <vkey>',
      'the cosigner key of an external witness, name+id+key; can be repeated',
      (vkey: string, before: string[]) => [...before, vkey],
      [],
    )
    .option('--json', 'print JSON')
    .action(async (file: string, options: Options) => {
      process.exitCode = await verify(file, options);
    });
}

async function verify(file: string, { key, genesis, witness, json }: Options): Promise<0 | 1 | 2> {
  const pins: Pins = {
    ...(key === undefined ? {} : { logKey: key }),
    ...(genesis === undefined ? {} : { genesis }),
    witnesses: witness,
  };
  const steps: Step[] = [];
  const progress = progressTo(process.stderr, 'entries checked');
  const verification = opened(file, pins);
  for (;;) {
    const next = await verification.next();
    if (next.done) return conclude(next.value, steps, json === true);
    const step = next.value;
    if (step.state === 'checking') {
      if (step.progress) progress(step.progress.done, step.progress.of);
      continue;
    }
    progress(1, 1);
    steps.push(step);
    if (!json) print(line(`${marks[step.state].padEnd(7)} ${step.sentence}`));
  }
}

async function* opened(file: string, pins: Pins): Verification {
  let blob: Blob;
  try {
    blob = await openAsBlob(file);
  } catch {
    return { state: 'unknown', sentence: `${file} cannot be read. Give the path of the bundle.` };
  }
  try {
    const bundle = await openBundle(await openZip(blob));
    return yield* verifyBundle(bundle, pins, { means: { sha256 } });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { state: error.state, sentence: error.message };
  }
}

function conclude({ state, sentence, entry }: Verdict, steps: readonly Step[], json: boolean): 0 | 1 | 2 {
  if (json)
    printJson({
      verdict: state,
      sentence,
      ...(entry === undefined ? {} : { entry }),
      steps: steps.map(({ key, state, sentence }) => ({ key, state, sentence })),
    });
  else print(`\n${line(sentence)}`);
  return ({ ok: 0, failed: 1, unknown: 2 } as const)[state];
}
