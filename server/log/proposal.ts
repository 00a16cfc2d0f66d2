import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { utf8 } from '#shared/bytes.ts';
import { schemas } from '#shared/domain/succession/entries.ts';
import { time } from '#shared/domain/primitives.ts';
import { createDurably, syncFolder } from '../durable-files.ts';

/**
 * A recovery that waits for its two touches, as `countersign recover` wrote it beside the database. It is a file, for
 * the log cannot be written and a touch must survive a restart. Nothing in it is secret.
 */
const recovered = schemas['log.recovered/1'];
const proposal = z.strictObject({
  /** When it was made, ms. */
  made: time,
  ...recovered.omit({ touches: true }).shape,
  /** Who touched so far, and when. */
  touches: z.array(recovered.shape.touches.element.extend({ at: time })).max(2),
});
export type Proposal = z.infer<typeof proposal>;

const fileIn = (folder: string): string => join(folder, 'recovery.json');

/** Throws an Error with a sentence where the file is there and cannot be read. */
export function readProposal(folder: string): Proposal | undefined {
  const path = fileIn(folder);
  if (!existsSync(path)) return undefined;
  try {
    return proposal.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new Error(`${path} is not what countersign recover wrote. Remove it and run that again.`, {
      cause,
    });
  }
}

export function writeProposal(folder: string, value: Proposal): void {
  createDurably(fileIn(folder), utf8(JSON.stringify(proposal.parse(value))), 0o600);
}

export function removeProposal(folder: string): void {
  rmSync(fileIn(folder), { force: true });
  syncFolder(fileIn(folder));
}
