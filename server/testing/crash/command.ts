import { parseArgs } from 'node:util';
import { serving, settingUp } from './faults.ts';
import { killUnderLoad } from './kills.ts';
import { finishing, preparing, touching } from './recovery.ts';
import { confirming, rotateCommand, settling } from './rotation.ts';
import { buildShim } from './shim.ts';
import { sweepFaults } from './sweep.ts';

/**
 * The long form of what the tests do in short. `npm run crash -- [--kills 1000] [--seed n] [--lanes 2]` kills the server;
 * with `--faults [--cap 400]` every call that it makes on its data folder fails once, in every way.
 */
export async function crash(): Promise<void> {
  const { values } = parseArgs({
    options: {
      faults: { type: 'boolean', default: false },
      cap: { type: 'string', default: '400' },
      kills: { type: 'string', default: '1000' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      lanes: { type: 'string', default: '2' },
    },
  });
  const [cap, kills, seed, lanes] = [values.cap, values.kills, values.seed, values.lanes].map(Number);
  if (!cap || !kills || seed === undefined || !lanes)
    throw new Error('--cap, --kills, --seed and --lanes are numbers');
  if (values.faults) await faults(cap, lanes);
  else await killing(kills, seed, lanes);
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const secondsSince = (started: number): string => `${Math.round((Date.now() - started) / 1000)} s`;

async function faults(cap: number, lanes: number): Promise<void> {
  const shim = buildShim();
  if ('missing' in shim) throw new Error(shim.missing);
  const started = Date.now();
  const { came, wrong } = await sweepFaults({
    shim: shim.path,
    acts: [serving, settingUp, preparing, touching, finishing, rotateCommand, confirming, settling],
    lanes,
    cap,
    say: (line) => say(`${secondsSince(started)}: ${line}`),
  });
  say(`${came} faults, ${wrong} of them with something wrong after it; ${secondsSince(started)}`);
  if (wrong > 0) process.exitCode = 1;
}

async function killing(kills: number, seed: number, lanes: number): Promise<void> {
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
          say(`${all} kills, seed ${seed}, ${secondsSince(started)}`);
        },
      }),
    ),
  );
  const sum = (key: 'kills' | 'starting' | 'acknowledged' | 'entries'): number =>
    tallies.reduce((total, tally) => total + tally[key], 0);
  say(
    `${sum('kills')} kills (${sum('starting')} while starting), ${sum('acknowledged')} acknowledged entries: 0 lost, 0 doubled, fsck clean each time; ` +
      `${sum('entries')} entries; seed ${seed}, lanes ${lanes}, ${secondsSince(started)}`,
  );
}
