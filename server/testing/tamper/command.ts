import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Outcome, tamper } from './tamper.ts';
import { makeVictim } from './victim.ts';

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

/** `npm run tamper [-- --mutations 10000 --seed 1]`: mutates copies of a real data folder and says who found what. */
export async function run(): Promise<void> {
  const { values } = parseArgs({
    options: { mutations: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
  });
  const count = Number(values.mutations);
  const victim = await makeVictim();
  const byKind = new Map<string, Map<string, number>>();
  const wrong: Outcome[] = [];
  let done = 0;
  let indexes = 0;
  for await (const outcome of tamper(victim, count, Number(values.seed))) {
    const { kind, detector, isIndexRight } = outcome;
    const found = byKind.get(kind) ?? new Map<string, number>();
    byKind.set(kind, found.set(detector, (found.get(detector) ?? 0) + 1));
    if (detector === 'MISSED' || isIndexRight === false) wrong.push(outcome);
    if (isIndexRight) indexes += 1;
    done += 1;
    if (process.stderr.isTTY && done % 100 === 0) process.stderr.write(`\r${done} of ${count}`);
  }
  rmSync(victim.folder, { recursive: true });

  for (const [kind, found] of [...byKind].sort(([a], [b]) => a.localeCompare(b, 'en')))
    say(`${kind.padEnd(16)} ${[...found].map(([detector, n]) => `${detector} ${n}`).join(', ')}`);
  const total = (detector: string): number =>
    [...byKind.values()].reduce((sum, found) => sum + (found.get(detector) ?? 0), 0);
  const missed = total('MISSED');
  say(
    `\n${done} mutations: ${done - missed - total('nothing')} found (${['fsck', 'lock', 'witness', 'fold'].map((detector) => `${detector} ${total(detector)}`).join(', ')}), ${total('nothing')} changed nothing that the log says, ${missed} missed. The index was right ${indexes} times of ${indexes + wrong.filter(({ isIndexRight }) => isIndexRight === false).length}.`,
  );
  for (const { kind, what, finding, detector } of wrong.slice(0, 20))
    say(`${detector} ${kind}: ${what}; ${finding?.sentence ?? 'nothing was found'}`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
