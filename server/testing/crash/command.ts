import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { killUnderLoad } from './kills.ts';

/** `npm run crash -- [--kills 1000] [--seed n] [--lanes 2]`: the long form of what the tests do in short. */
export async function crash(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '1000' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      lanes: { type: 'string', default: '2' },
    },
  });
  const [kills, seed, lanes] = [values.kills, values.seed, values.lanes].map(Number);
  if (!kills || seed === undefined || !lanes) throw new Error('--kills, --seed and --lanes are numbers');
  // With compiled code at hand a start takes half the time.
  process.env['NODE_COMPILE_CACHE'] ??= `${tmpdir()}/countersign-compiled`;
  const started = Date.now();
  const done = new Map<number, number>();
  let said = 0;
  const tallies = await Promise.all(
    Array.from({ length: lanes }, (_, lane) =>
      killUnderLoad({
        kills: Math.ceil(kills / lanes),
        seed: seed + lane,
        progress: (tally) => {
          done.set(lane, tally.kills);
          const all = [...done.values()].reduce((sum, n) => sum + n, 0);
          if (all < said + 25) return;
          said = all;
          process.stdout.write(
            `${all} kills, seed ${seed}, ${Math.round((Date.now() - started) / 1000)} s\n`,
          );
        },
      }),
    ),
  );
  const sum = (key: 'kills' | 'starting' | 'acknowledged' | 'entries'): number =>
    tallies.reduce((total, tally) => total + tally[key], 0);
  process.stdout.write(
    `${sum('kills')} kills (${sum('starting')} while starting), ${sum('acknowledged')} acknowledged entries: 0 lost, 0 doubled, fsck clean each time; ` +
      `${sum('entries')} entries; seed ${seed}, lanes ${lanes}, ${Math.round((Date.now() - started) / 1000)} s\n`,
  );
}
