import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type WitnessesView, listWitnesses } from '#shared/domain/witnesses/wire.ts';

export type AnchorStatus = WitnessesView['outside'][number];

const statuses = z.array(listWitnesses.answer.shape.outside.element);
const fileIn = (folder: string): string => join(folder, 'anchors.json');

/** Notes down how far each anchor was reached, for `doctor` and the next start. Nothing depends on it. */
export function noteReached(folder: string, reached: readonly AnchorStatus[]): void {
  const path = fileIn(folder);
  try {
    writeFileSync(`${path}.new`, `${JSON.stringify(reached)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch {
    // `doctor` will say what was true before.
  }
}

/** What was noted down last; nothing where nothing was. */
export function lastReached(folder: string): AnchorStatus[] {
  try {
    return statuses.parse(JSON.parse(readFileSync(fileIn(folder), 'utf8')));
  } catch {
    return [];
  }
}
