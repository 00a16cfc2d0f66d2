import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { BUSY_TIMEOUT_MS, openToCommit } from '../../db/durable.ts';
import type { Asked, Told } from './committer.ts';
import type { GroupRows } from '../store.ts';
import { GroupWriter } from './group-writer.ts';

/**
 * The thread that commits, with the one connection that appends to the log. Groups come in order; once one failed,
 * those that were built on it fail too, until the main thread says that it has dropped them.
 */
const port = parentPort;
if (!port) throw new Error('this is a worker thread');
const db = openToCommit(String(workerData));
const rows = new GroupWriter(db);
const emptyWal = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)');
const tell = (message: Told): void => port.postMessage(message);

let failed = false;
/** An erasure is committed, and its bytes may still be in the WAL. */
let toTruncate = false;

function within(work: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    work();
    // A crash before this: nothing of the group exists, nobody was answered. A crash after it: entries, tiles, root
    // and state are on the disk together, nothing of them was signed; the next start finishes the step.
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** Commits groups in one transaction, so that one sync serves them all. */
function commit(groups: readonly GroupRows[]): void {
  const tellAll = (message: Told): void => groups.forEach(() => tell(message));
  if (failed) {
    tellAll({ did: 'fail', message: 'the group before it could not be written', errcode: 0 });
    return;
  }
  try {
    within(() => groups.forEach((group) => rows.write(group)));
    toTruncate ||= groups.some(({ erasures }) => erasures.length > 0);
    truncate();
    tellAll({ did: 'commit' });
  } catch (error) {
    failed = true;
    tellAll(failure(error));
  }
}

function failure(error: unknown): Told {
  const { message, errcode = 0 } = error as Error & { errcode?: number };
  return { did: 'fail', message, errcode };
}

/** Commits a page as it was: SQLite writes this number even where it is the same one. */
function probe(): void {
  try {
    within(() => db.exec('PRAGMA user_version = 0'));
    tell({ did: 'commit' });
  } catch (error) {
    tell(failure(error));
  }
}

/**
 * Empties the WAL after an erasure. A reader in its middle prevents it for the moment, or a full disk; then it is tried
 * again. The group is committed whatever comes of it, and whoever waits for it does not wait for the reader.
 */
function truncate(wait = 0): void {
  if (!toTruncate || !db.isOpen) return;
  try {
    db.exec(`PRAGMA busy_timeout = ${wait}`);
    toTruncate = emptyWal.get()?.['busy'] !== 0;
  } catch {
    // Tried again below.
  } finally {
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  }
  if (toTruncate) setTimeout(truncate, 250).unref();
}

function index(pairs: Float64Array, size: number): void {
  try {
    within(() => rows.index(pairs, size));
    tell({ did: 'index', size });
  } catch {
    // Nothing rests on it: what is not indexed is kept in memory and handed in again.
    tell({ did: 'index', size: 0 });
  }
}

/** The message that came meanwhile, if one did. */
const next = (): Asked | undefined => receiveMessageOnPort(port)?.message;

port.on('message', (first: Asked) => {
  for (let message: Asked | undefined = first; message;) {
    if (message.do === 'commit') {
      const groups: GroupRows[] = [];
      for (; message?.do === 'commit'; message = next()) groups.push(message.rows);
      commit(groups);
      continue;
    }
    if (message.do === 'resume') failed = false;
    else if (message.do === 'probe') probe();
    else if (message.do === 'index') index(message.pairs, message.size);
    else {
      truncate(BUSY_TIMEOUT_MS);
      db.close();
      port.close();
      return;
    }
    message = next();
  }
});
