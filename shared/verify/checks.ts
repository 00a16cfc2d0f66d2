import { definitionOf } from '#shared/domain/index.ts';
import type { Entry } from '#shared/domain/entries.ts';
import type { Context } from './context.ts';

/** Checks one entry that its state rule passed. */
export async function checkEntry(entry: Entry, index: number, context: Context): Promise<void> {
  await definitionOf(entry).check?.(entry, index, context);
}
