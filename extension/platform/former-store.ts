import { db, type FormerPairing } from './db.ts';

/** What this browser must not forget: the servers before, and what its own policy said last. */

const FORMER = 'former';
const MANAGED = 'managed';

export async function readFormer(): Promise<FormerPairing[]> {
  return ((await (await db()).get('meta', FORMER)) as FormerPairing[] | undefined) ?? [];
}

export async function writeFormer(former: FormerPairing[]): Promise<void> {
  await (await db()).put('meta', former, FORMER);
}

/** At the next start the browser's policy may come late. */
export async function readLastManaged(): Promise<Record<string, unknown>> {
  return ((await (await db()).get('meta', MANAGED)) as Record<string, unknown> | undefined) ?? {};
}

export async function writeLastManaged(raw: Record<string, unknown>): Promise<void> {
  await (await db()).put('meta', raw, MANAGED);
}
