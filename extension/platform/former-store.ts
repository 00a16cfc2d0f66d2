import { db, type FormerPairing } from './db.ts';

/** What this browser must not forget: the servers before, and what its own policy said last. */

const FORMER_KEY = 'former';
const MANAGED_KEY = 'managed';

export async function readFormer(): Promise<FormerPairing[]> {
  return ((await (await db()).get('meta', FORMER_KEY)) as FormerPairing[] | undefined) ?? [];
}

export async function writeFormer(former: FormerPairing[]): Promise<void> {
  await (await db()).put('meta', former, FORMER_KEY);
}

/** At the next start the browser's policy may come late. */
export async function readLastManaged(): Promise<Record<string, unknown>> {
  return ((await (await db()).get('meta', MANAGED_KEY)) as Record<string, unknown> | undefined) ?? {};
}

export async function writeLastManaged(raw: Record<string, unknown>): Promise<void> {
  await (await db()).put('meta', raw, MANAGED_KEY);
}
