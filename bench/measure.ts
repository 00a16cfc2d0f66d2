import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Machines are shared and noisy, so a figure counts only beside another one of the same run: every contender runs once
 * in each round, one after the other on the same disk, and what is printed is the median of the rounds' ratios.
 */
export const ROUNDS = 7;

const base = join(import.meta.dirname, 'tmp');

/** Runs `work` with a new folder on the project's own disk, and removes the folder. */
export async function inFolder<T>(work: (folder: string) => Promise<T> | T): Promise<T> {
  mkdirSync(base, { recursive: true });
  const folder = mkdtempSync(join(base, 'run-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((p / 100) * sorted.length))] ?? Number.NaN;
}

export interface Contender {
  readonly name: string;
  /** One round. Returns a rate (more is better) or a time (less is better), the same kind for all. */
  run(): Promise<number> | number;
}

/** Prints each contender's median, and the median of its ratio to the first one. */
export async function compare(
  title: string,
  unit: string,
  contenders: readonly Contender[],
  goals: Readonly<Record<string, string>> = {},
): Promise<void> {
  const results = contenders.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [i, contender] of contenders.entries()) results[i]?.push(await contender.run());
  console.log(`\n${title}`);
  for (const [i, { name }] of contenders.entries()) {
    const own = results[i] ?? [];
    const ratios = own.map((value, round) => value / (results[0]?.[round] ?? Number.NaN));
    const ratio = i === 0 ? '' : `${times(median(ratios))} x  (${spread(ratios)})`;
    console.log(
      `  ${name.padEnd(52)} ${format(median(own)).padStart(10)} ${unit.padEnd(10)} ${ratio.padEnd(22)} ${goals[name] ?? ''}`.trimEnd(),
    );
  }
}

const times = (ratio: number): string => (ratio < 0.1 ? ratio.toPrecision(1) : ratio.toFixed(2));

const spread = (ratios: readonly number[]): string =>
  `${times(Math.min(...ratios))} to ${times(Math.max(...ratios))}`;

export const format = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);

/** Calls `work` for about `ms` and returns how many it did a second; `work` says how many one call does. */
export async function rate(ms: number, work: () => Promise<number> | number): Promise<number> {
  const start = performance.now();
  let done = 0;
  while (performance.now() - start < ms) done += await work();
  return (done / (performance.now() - start)) * 1000;
}
