import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { utf8 } from '#shared/bytes.ts';
import { decodeEnvelope } from '#shared/log/codec.ts';
import { decodeBundle, encodeBundle } from '#shared/log/merkle/bundle.ts';
import { formatCheckpoint, parseCheckpoint } from '#shared/log/note/checkpoint.ts';
import { parseNote, signNote } from '#shared/log/note/note.ts';
import { canonical } from '#shared/log/canonical.ts';
import { Folded } from '../../fsck/fold.ts';
import { readKeyFile } from '../../log/key-store.ts';
import { type LogKey, logKey } from '../../log/key.ts';
import { Lock } from '../../log/lock.ts';
import { Edge } from '#shared/log/merkle/edge.ts';
import { leafHash } from '#shared/log/merkle/hash.ts';
import { sha256 } from '../../sha256.ts';
import type { Random } from './random.ts';
import { behindTheGuards, openBare } from './victim.ts';

/** What was done to a data folder. */
export interface Done {
  /** In words, so that it can be found again. */
  readonly what: string;
  /** Indexes among which the first that differs must be named, where the rows tell it. */
  readonly among?: { readonly first: number; readonly end: number };
}
export type Mutation = (folder: string, random: Random) => Done | Promise<Done>;

interface Segment {
  first: number;
  count: number;
  entries: Uint8Array;
  root: Uint8Array | null;
}

const segmentsOf = (db: DatabaseSync): Segment[] =>
  db.prepare('SELECT first, count, entries, root FROM segments ORDER BY first').all() as unknown as Segment[];

const bend = (bytes: Uint8Array, random: Random): Uint8Array => {
  const copy = new Uint8Array(bytes);
  const at = random.below(copy.length);
  copy[at] = copy[at]! ^ (1 + random.below(255));
  return copy;
};

/** One more than its own: an entry that is too many stands in the place of the next one. */
const inSegment = ({ first, count }: Segment) => ({ first, end: first + count + 1 });

/** A change of one segment, written back. */
const changing =
  (what: string, change: (segment: Segment, random: Random) => Partial<Segment> | undefined): Mutation =>
  (folder, random) =>
    behindTheGuards(folder, (db) => {
      const segment = random.of(segmentsOf(db));
      const changed = change(segment, random);
      if (!changed) return { what: `${what}: nothing to change in the row from ${segment.first}` };
      const { first, count, entries, root } = { ...segment, ...changed };
      db.prepare('UPDATE segments SET first = ?, count = ?, entries = ?, root = ? WHERE first = ?').run(
        first,
        count,
        entries,
        root,
        segment.first,
      );
      const rootOnly = changed.entries === undefined && changed.count === undefined;
      return {
        what: `${what} in the row from ${segment.first}`,
        ...(rootOnly ? {} : { among: inSegment(segment) }),
      };
    });

const editEntry = changing('edit an entry', (segment, random) => {
  const entries = decodeBundle(segment.entries, segment.count);
  const at = random.below(entries.length);
  entries[at] = bend(entries[at]!, random);
  return { entries: encodeBundle(entries) };
});
const bendSegment = changing('change a byte', (segment, random) => ({
  entries: bend(segment.entries, random),
}));
const swapEntries = changing('swap two entries', (segment, random) => {
  const entries = decodeBundle(segment.entries, segment.count);
  if (entries.length < 2) return undefined;
  const at = random.below(entries.length - 1);
  const [left, right] = [entries[at]!, entries[at + 1]!];
  entries[at] = right;
  entries[at + 1] = left;
  return { entries: encodeBundle(entries) };
});
const dropEntry = changing('take an entry out', (segment, random) => {
  const entries = decodeBundle(segment.entries, segment.count);
  entries.splice(random.below(entries.length), 1);
  return entries.length > 0 ? { entries: encodeBundle(entries), count: entries.length } : undefined;
});
const doubleEntry = changing('put an entry in twice', (segment, random) => {
  const entries = decodeBundle(segment.entries, segment.count);
  const at = random.below(entries.length);
  entries.splice(at, 0, entries[at]!);
  return { entries: encodeBundle(entries), count: segment.count + 1 };
});
const bendRoot = changing('change the root', ({ root }, random) =>
  root ? { root: bend(root, random) } : undefined,
);

const deleteSegment: Mutation = (folder, random) =>
  behindTheGuards(folder, (db) => {
    const segments = segmentsOf(db);
    const segment = segments[random.below(segments.length - 1)]!;
    db.prepare('DELETE FROM segments WHERE first = ?').run(segment.first);
    return { what: `delete the row from ${segment.first}`, among: inSegment(segment) };
  });

const swapSegments: Mutation = (folder, random) =>
  behindTheGuards(folder, (db) => {
    const segments = segmentsOf(db);
    const left = random.of(segments);
    const right = segments.find(({ first, count }) => first > left.first && count === left.count);
    if (!right) return { what: 'swap two rows: none is like the other' };
    const put = db.prepare('UPDATE segments SET entries = ? WHERE first = ?');
    put.run(right.entries, left.first);
    put.run(left.entries, right.first);
    return { what: `swap the rows from ${left.first} and ${right.first}`, among: inSegment(left) };
  });

const addSegment: Mutation = (folder, random) =>
  behindTheGuards(folder, (db) => {
    const segments = segmentsOf(db);
    const last = segments.at(-1)!;
    const copied = random.of(segments.filter(({ count }) => count === 1));
    const first = last.first + last.count;
    db.prepare('INSERT INTO segments VALUES (?, 1, ?, ?)').run(first, copied.entries, last.root);
    return { what: `add a row at ${first}`, among: { first, end: first + 1 } };
  });

const cutTail: Mutation = (folder, random) =>
  behindTheGuards(folder, (db) => {
    const segments = segmentsOf(db);
    const from = segments[segments.length - 1 - random.below(20)]!;
    db.prepare('DELETE FROM segments WHERE first >= ?').run(from.first);
    return { what: `cut the tail from ${from.first}`, among: { first: from.first, end: from.first + 1 } };
  });

/** Changes, deletes, doubles or swaps rows of a table, by its rowid or key. */
const onTile =
  (what: string, sql: string): Mutation =>
  (folder, random) =>
    behindTheGuards(folder, (db) => {
      const { level, n, hashes } = random.of(db.prepare('SELECT level, n, hashes FROM tiles').all()) as {
        level: number;
        n: number;
        hashes: Uint8Array;
      };
      db.prepare(sql).run({ level, n, hashes: bend(hashes, random) });
      return {
        what: `${what} ${level}/${n}`,
        ...(sql.startsWith('INSERT') ? {} : { among: { first: n * 256, end: (n + 1) * 256 } }),
      };
    });

interface StateRow {
  kind: string;
  id: string;
  row: string;
}
const stateRows = (db: DatabaseSync): StateRow[] =>
  db.prepare('SELECT kind, id, "row" FROM state').all() as unknown as StateRow[];

const editState: Mutation = (folder, random) =>
  behindTheGuards(folder, (db) => {
    const { kind, id, row } = random.of(stateRows(db));
    const value = JSON.parse(row) as Record<string, unknown>;
    const key = random.of(Object.keys(value));
    const was = value[key];
    value[key] =
      typeof was === 'number'
        ? was + 1
        : typeof was === 'boolean'
          ? !was
          : typeof was === 'string'
            ? `${was}x`
            : [];
    db.prepare('UPDATE state SET "row" = ? WHERE kind = ? AND id = ?').run(JSON.stringify(value), kind, id);
    return { what: `edit ${key} of ${kind} ${id}` };
  });
const deleteState: Mutation = (folder, random) =>
  behindTheGuards(folder, (db) => {
    const { kind, id } = random.of(stateRows(db));
    db.prepare('DELETE FROM state WHERE kind = ? AND id = ?').run(kind, id);
    return { what: `delete ${kind} ${id}` };
  });
const addState: Mutation = (folder, random) =>
  behindTheGuards(folder, (db) => {
    const { kind, row } = random.of(stateRows(db));
    const id = `made-up-${random.below(1_000_000)}`;
    db.prepare('INSERT INTO state VALUES (?, ?, ?)').run(kind, id, row);
    return { what: `add ${kind} ${id}` };
  });
const swapState: Mutation = (folder, random) =>
  behindTheGuards(folder, (db) => {
    const rows = stateRows(db);
    const left = random.of(rows);
    const right = random.of(rows.filter(({ kind }) => kind === left.kind));
    const put = db.prepare('UPDATE state SET "row" = ? WHERE kind = ? AND id = ?');
    put.run(right.row, left.kind, left.id);
    put.run(left.row, right.kind, right.id);
    return { what: `swap ${left.kind} ${left.id} and ${right.id}` };
  });

interface DetailRow {
  commitment: Uint8Array;
  salt: Uint8Array;
  detail: string;
  entry: number;
}
const onDetail =
  (what: string, change: (row: DetailRow, random: Random, db: DatabaseSync) => void): Mutation =>
  (folder, random) =>
    behindTheGuards(folder, (db) => {
      const row = random.of(
        db.prepare('SELECT commitment, salt, detail, entry FROM details').all() as unknown as DetailRow[],
      );
      change(row, random, db);
      return { what: `${what} beside entry ${row.entry}` };
    });

const editDetail = onDetail('edit the detail', ({ commitment, detail }, random, db) => {
  const at = random.below(detail.length);
  const other = detail[at] === 'x' ? 'y' : 'x';
  db.prepare('UPDATE details SET detail = ? WHERE commitment = ?').run(
    detail.slice(0, at) + other + detail.slice(at + 1),
    commitment,
  );
});
const bendSalt = onDetail('change the salt', ({ commitment, salt }, random, db) => {
  db.prepare('UPDATE details SET salt = ? WHERE commitment = ?').run(bend(salt, random), commitment);
});
const eraseDetail = onDetail('erase the detail, unlogged,', ({ commitment }, _, db) => {
  db.prepare("UPDATE details SET salt = zeroblob(32), detail = '' WHERE commitment = ?").run(commitment);
});
const deleteDetail = onDetail('delete the detail', ({ commitment }, _, db) => {
  db.prepare('DELETE FROM details WHERE commitment = ?').run(commitment);
});
const moveDetail = onDetail('move the detail', ({ commitment }, random, db) => {
  db.prepare('UPDATE details SET entry = entry + ? WHERE commitment = ?').run(
    1 + random.below(5),
    commitment,
  );
});
const addDetail = onDetail('add a detail', ({ entry, salt }, random, db) => {
  db.prepare('INSERT INTO details VALUES (?, ?, ?, ?)').run(bend(salt, random), salt, 'never written', entry);
});

const dropGuard: Mutation = (folder, random) => {
  const db = openBare(folder);
  try {
    const { name } = random.of(db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all());
    db.exec(`DROP TRIGGER "${String(name)}"`);
    return { what: `take the guard ${String(name)} away` };
  } finally {
    db.close();
  }
};

/** A lock over this head, as if it had just been made. */
function writeLock(folder: string, note: string): void {
  const path = join(folder, 'log.lock');
  rmSync(path);
  Lock.create(path, note);
}

const headIn = async (folder: string) =>
  parseCheckpoint(parseNote(await Lock.read(join(folder, 'log.lock'))).text);
const keyIn = async (folder: string): Promise<LogKey> =>
  logKey((await headIn(folder)).origin, readKeyFile(join(folder, 'log.key')));
const sign = (text: string, { key, sign }: LogKey): Promise<string> =>
  signNote(text, key, (message) => sign(message));

function anotherKey(folder: string): void {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(join(folder, 'log.key'), pem);
}

const swapKey: Mutation = (folder) => {
  anotherKey(folder);
  return { what: 'put another log key in its place' };
};
const swapKeyAndSign: Mutation = async (folder) => {
  const head = await headIn(folder);
  anotherKey(folder);
  writeLock(folder, await sign(formatCheckpoint(head), await keyIn(folder)));
  return { what: 'put another log key in its place and sign the head with it' };
};
const bendLock: Mutation = (folder, random) => {
  const path = join(folder, 'log.lock');
  const bytes = readFileSync(path);
  // Most of it is zeros that nothing reads.
  const at = random.of([...bytes.keys()].filter((index) => bytes[index] !== 0));
  bytes[at] = bytes[at]! ^ (1 + random.below(255));
  writeFileSync(path, bytes);
  return { what: `change byte ${at} of the lock` };
};
const signOtherRoot: Mutation = async (folder, random) => {
  const head = await headIn(folder);
  const text = formatCheckpoint({ ...head, root: bend(head.root, random) });
  writeLock(folder, await sign(text, await keyIn(folder)));
  return { what: 'sign another root with the true key' };
};
const bendDatabase: Mutation = (folder, random) => {
  const path = join(folder, 'countersign.db');
  const bytes = readFileSync(path);
  const at = random.below(bytes.length);
  bytes[at] = bytes[at]! ^ (1 + random.below(255));
  writeFileSync(path, bytes);
  return { what: `change byte ${at} of the database file` };
};
const cutDatabase: Mutation = (folder, random) => {
  const path = join(folder, 'countersign.db');
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * (0.2 + random.below(70) / 100))));
  return { what: 'cut the database file short' };
};

/** Writes another history over the old one, right in every part, and signs it with the true key. */
async function rewrite(folder: string, change: (entries: Uint8Array[]) => Uint8Array[]): Promise<void> {
  const head = await headIn(folder);
  const edge = new Edge(sha256);
  behindTheGuards(folder, (db) => {
    const segments = segmentsOf(db);
    const entries = change(segments.flatMap(({ entries, count }) => decodeBundle(entries, count)));
    db.exec('DELETE FROM segments; DELETE FROM tiles; DELETE FROM state');
    const segment = db.prepare('INSERT INTO segments VALUES (?, ?, ?, ?)');
    const tile = db.prepare('INSERT INTO tiles VALUES (?, ?, ?)');
    const folded = new Folded();
    for (const { first, count } of segments) {
      const own = entries.slice(first, first + count);
      if (own.length === 0) break;
      for (const entry of own) {
        folded.take(entry);
        for (const full of edge.append(leafHash(sha256, entry))) tile.run(full.level, full.n, full.bytes);
      }
      segment.run(first, own.length, encodeBundle(own), edge.root());
    }
    const put = db.prepare('INSERT INTO state VALUES (?, ?, ?)');
    for (const { kind, id, row } of folded.state.rows()) put.run(kind, id, JSON.stringify(row));
    db.prepare('DELETE FROM details WHERE entry >= ?').run(edge.size);
    db.prepare('DELETE FROM places WHERE entry >= ?').run(edge.size);
    db.prepare('UPDATE indexed SET size = min(size, ?)').run(edge.size);
  });
  const text = formatCheckpoint({ ...head, size: edge.size, root: edge.root() });
  writeLock(folder, await sign(text, await keyIn(folder)));
}

const rewriteEntry: Mutation = async (folder, random) => {
  let at = 0;
  await rewrite(folder, (entries) => {
    const refusals = entries.flatMap((bytes, i) =>
      decodeEnvelope(bytes).type === 'attempt.refused' ? [i] : [],
    );
    at = random.of(refusals);
    const entry = decodeEnvelope(entries[at]!);
    entries[at] = utf8(canonical({ ...entry, body: { ...entry.body, why: `other ${random.below(1000)}` } }));
    return entries;
  });
  return { what: `rewrite entry ${at} and everything over it, signed with the true key` };
};
const cutAndSign: Mutation = async (folder, random) => {
  const count = 1 + random.below(50);
  await rewrite(folder, (entries) => entries.slice(0, -count));
  return { what: `cut the last ${count} entries and sign with the true key` };
};

/** Every kind of mutation. Each is as likely as the others. */
export const mutations: Readonly<Record<string, Mutation>> = {
  editEntry,
  bendSegment,
  swapEntries,
  dropEntry,
  doubleEntry,
  bendRoot,
  deleteSegment,
  swapSegments,
  addSegment,
  cutTail,
  bendTile: onTile(
    'change a byte of tile',
    'UPDATE tiles SET hashes = $hashes WHERE level = $level AND n = $n',
  ),
  deleteTile: onTile(
    'delete tile',
    'DELETE FROM tiles WHERE level = $level AND n = $n AND length($hashes) > 0',
  ),
  addTile: onTile('add a tile after', 'INSERT INTO tiles VALUES ($level, $n + 100, $hashes)'),
  editState,
  deleteState,
  addState,
  swapState,
  editDetail,
  bendSalt,
  eraseDetail,
  deleteDetail,
  moveDetail,
  addDetail,
  dropGuard,
  swapKey,
  swapKeyAndSign,
  bendLock,
  signOtherRoot,
  bendDatabase,
  cutDatabase,
  rewriteEntry,
  cutAndSign,
};
