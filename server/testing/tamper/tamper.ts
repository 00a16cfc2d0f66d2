import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '#shared/log/tiles/types.ts';
import { readKey } from '../../fsck/checkpoint.ts';
import { fsck } from '../../fsck/fsck.ts';
import { mutations } from './mutations.ts';
import { Random } from './random.ts';
import { type Victim, copyOf, meaningOf } from './victim.ts';

/** Who found a mutation; `nothing` where it changed nothing that the folder says, which is no find. */
export type Detector = 'fsck' | 'lock' | 'witness' | 'fold' | 'nothing' | 'MISSED';

const detectors: Partial<Record<Finding['part'], Detector>> = {
  lock: 'lock',
  key: 'lock',
  held: 'witness',
  state: 'fold',
};

export interface Outcome {
  readonly kind: string;
  readonly what: string;
  readonly detector: Detector;
  readonly finding: Finding | undefined;
  /** Whether the index that was named is among those that were changed; undefined where none had to be. */
  readonly isIndexRight: boolean | undefined;
}

/**
 * Mutates copies of a data folder, each in one way, and has each checked as somebody does who holds the log's key and
 * an earlier checkpoint. Seeded: the same seed gives the same mutations of the same folder.
 */
export async function* tamper(victim: Victim, count: number, seed: number): AsyncGenerator<Outcome> {
  const random = new Random(seed);
  const root = mkdtempSync(join(tmpdir(), 'countersign-tamper-'));
  const folder = join(root, 'data');
  const key = readKey(victim.vkey);
  const before = await meaningOf(victim.folder);
  const kinds = Object.entries(mutations);
  try {
    for (let i = 0; i < count; i += 1) {
      const [kind, mutate] = random.of(kinds);
      copyOf(victim, folder);
      const { what, among } = await mutate(folder, random);
      const { findings } = await fsck({ kind: 'data', folder }, { key, held: victim.kept }, () => undefined);
      const finding = findings.find(({ state }) => state !== 'note') ?? findings[0];
      const after = await meaningOf(folder);
      const isSame =
        [...before].every(([part, hash]) => after.get(part) === hash) && before.size === after.size;
      const named = findings.map(({ index }) => index).filter((index) => index !== undefined);
      yield {
        kind,
        what,
        finding,
        detector: finding ? (detectors[finding.part] ?? 'fsck') : isSame ? 'nothing' : 'MISSED',
        isIndexRight:
          among && finding && !isSame
            ? named.some((index) => index >= among.first && index < among.end)
            : undefined,
      };
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
