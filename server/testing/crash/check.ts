import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { equal } from '#shared/bytes.ts';
import { decodeEntry } from '#shared/domain/entries.ts';
import { decodeBundle } from '#shared/log/merkle/bundle.ts';
import { Edge } from '#shared/log/merkle/edge.ts';
import { leafHash } from '#shared/log/merkle/hash.ts';
import { parseTilePath } from '#shared/log/merkle/tiles.ts';
import { verifyLog } from '#shared/verify/log.ts';
import type { Source } from '#shared/verify/types.ts';
import { sha256 } from '../../sha256.ts';
import type { Receipt } from './load.ts';
import { readiness } from './process.ts';
import type { Stage } from './stage.ts';

/** Starts the server on a folder that a crash left, checks everything, stops it again. Returns the size. */
export const startAndCheck = (stage: Stage, folder: string, receipts: readonly Receipt[]): Promise<number> =>
  stage.during(folder, () => checkAfterCrash(stage, folder, receipts));

/**
 * Everything that must hold of the log in `folder`, on which a server was started again after a crash: it can be
 * written, it verifies from its files as an outsider verifies it, and every receipt that was ever given stands. Returns
 * the size. Throws otherwise. It reads what the server serves, so it does not care how the log is stored.
 */
export async function checkAfterCrash(
  stage: Stage,
  folder: string,
  receipts: readonly Receipt[],
): Promise<number> {
  const { status, sentence } = await readiness(stage.origin);
  must(status === 200, `/readyz: ${sentence}`);
  const bundles = new Map<number, { width: number; bytes: Uint8Array }>();
  await fsck(stage, bundles);
  const entries = [...bundles]
    .sort(([a], [b]) => a - b)
    .flatMap(([, { width, bytes }]) => decodeBundle(bytes, width));
  standReceipts(entries, receipts);
  noneTwice(entries);
  database(folder, receipts);
  return entries.length;
}

/** Verifies what the server serves as an outsider does who pinned genesis and first key. */
export async function fsck(
  { admin, logKey, genesis, origin }: Stage,
  bundles = new Map<number, { width: number; bytes: Uint8Array }>(),
): Promise<void> {
  const source: Source = async (path) => {
    const answer = await fetch(`${origin}/log/${path}`, { headers: { cookie: admin.cookie } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (path.startsWith('tile/entries/')) {
      const { n, width } = parseTilePath(path);
      bundles.set(n, { width, bytes });
    }
    return bytes;
  };
  const verification = verifyLog(source, { logKey, genesis }, { sha256 });
  for (;;) {
    const { done, value } = await verification.next();
    if (!done) continue;
    must(value.state === 'ok', `fsck: ${value.sentence}`);
    return;
  }
}

/** Each acknowledged entry lies where it was acknowledged, and each head that was shown is one of this tree. */
function standReceipts(entries: readonly Uint8Array[], receipts: readonly Receipt[]): void {
  const edge = new Edge(sha256);
  const bySize = Map.groupBy(receipts, ({ head }) => head.size);
  for (const entry of entries) {
    edge.append(leafHash(sha256, entry));
    for (const { head } of bySize.get(edge.size) ?? [])
      must(equal(edge.root(), head.root), `the checkpoint over ${head.size} entries is of another tree`);
  }
  for (const { index, entry, head } of receipts) {
    must(
      head.size <= entries.length,
      `a checkpoint over ${head.size} was shown, and there are ${entries.length}`,
    );
    const found = entries[index];
    must(found !== undefined && equal(found, entry), `entry ${index} was acknowledged and is lost`);
  }
}

function noneTwice(entries: readonly Uint8Array[]): void {
  const seen = new Set<string>();
  for (const bytes of entries) {
    const { type, body } = decodeEntry(bytes);
    if (type !== 'actions.recorded') continue;
    const key = `${body.browser} ${body.number}`;
    must(!seen.has(key), `batch ${key} is in the log twice`);
    seen.add(key);
  }
}

function database(folder: string, receipts: readonly Receipt[]): void {
  const db = new DatabaseSync(join(folder, 'countersign.db'), { readOnly: true, timeout: 5000 });
  try {
    const [check] = db.prepare('PRAGMA quick_check').all();
    must(check?.['quick_check'] === 'ok', `quick_check: ${JSON.stringify(check)}`);
    const kept = db.prepare('SELECT count(*) AS n FROM details WHERE entry = ?');
    for (const { index, details } of receipts)
      must(kept.get(index)?.['n'] === details, `entry ${index} was acknowledged and lacks details`);
  } finally {
    db.close();
  }
}

export function must(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Error(sentence);
}
