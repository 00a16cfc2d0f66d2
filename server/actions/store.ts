import type { DatabaseSync } from 'node:sqlite';
import { actionDetail, type Batch } from '#shared/entries/signed.ts';
import type { EntryOf } from '#shared/entries/types.ts';
import { signedHash } from '#shared/statement/signing.ts';
import type { ActionView } from '#shared/wire/views.ts';
import { consoleNamed } from '../consoles/list.ts';
import type { Services } from '../context.ts';
import { detailOf } from '../details.ts';
import type { Draft } from '../log/log.ts';
import { refOf } from '../people/views.ts';

/** Reading actions back: where they lie in the log, and as people see them. */

/** The entry and hash of the batch that the log holds under this number of a browser. */
export function batchUnder(
  db: DatabaseSync,
  browser: string,
  number: number,
): { entry: number; hash: string } | undefined {
  const found = db
    .prepare('SELECT entry, hash FROM batches WHERE browser = ? AND number = ?')
    .get(browser, number);
  return found && { entry: Number(found['entry']), hash: String(found['hash']) };
}

/** The entry of this very batch, once it is under a signed checkpoint. */
export async function placeOf(
  services: Services,
  batch: { browser: string; number: number; hash: string },
): Promise<number | undefined> {
  const found = await services.db
    .selectFrom('batches')
    .select('entry')
    .where('browser', '=', batch.browser)
    .where('number', '=', batch.number)
    .where('hash', '=', batch.hash)
    .where('entry', '<', services.log.size)
    .executeTakeFirst();
  return found?.entry;
}

/** Keeps where to find a batch and its actions: in the entry that is appended next. */
export function keepPlaces({ db, size }: Draft, batch: Batch, text: string): void {
  db.prepare('INSERT INTO batches (browser, number, hash, entry) VALUES (?, ?, ?, ?)').run(
    batch.browser,
    batch.number,
    signedHash('batch', text),
    size,
  );
  const insert = db.prepare('INSERT INTO actions (entry, n, session, time, kind) VALUES (?, ?, ?, ?, ?)');
  batch.actions.forEach((action, n) => insert.run(size, n, action.session, action.at, action.kind));
}

const batchOf = (entry: EntryOf<'actions.recorded'>): Batch => JSON.parse(entry.body.batch.text) as Batch;

/** The actions of one entry, as the wire shows them. */
export function actionsIn(services: Services, index: number): ActionView[] {
  const entry = services.log.entry(index);
  if (entry.type !== 'actions.recorded') return [];
  const person = refOf(services, services.log.state.get('browser', entry.body.browser)?.person ?? '');
  return batchOf(entry).actions.map((action, n) => ({
    entry: index,
    n,
    id: action.id,
    at: action.at,
    kind: action.kind,
    console: refTo(services, action.console),
    session: action.session,
    trusted: action.trusted,
    violation: entry.body.violations.includes(n),
    person,
    ...readDetail(services, action.detail),
  }));
}

function refTo(services: Services, id: string): ActionView['console'] {
  const { name } = consoleNamed(services, id);
  return { id, name };
}

function readDetail(services: Services, commitment: string): Pick<ActionView, 'detail' | 'committed'> {
  const found = detailOf(services, commitment);
  if (!found) return { detail: null, committed: null };
  return { detail: actionDetail.parse(JSON.parse(found.text)), committed: { salt: found.salt, commitment } };
}

/** The last few actions of a session, or of nobody's session (ungranted, in watch consoles), newest first. */
export async function latestActions(
  services: Services,
  session: string,
  count: number,
): Promise<ActionView[]> {
  const rows = await services.db
    .selectFrom('actions')
    .select(['entry', 'n'])
    .where('session', '=', session)
    .orderBy('entry', 'desc')
    .orderBy('n', 'desc')
    .limit(count)
    .execute();
  return rows.flatMap(({ entry, n }) => actionsIn(services, entry).filter((action) => action.n === n));
}

/** The actions of a session after entry `after`, in order, at most `limit` entries' worth. */
export function actionsOfSession(
  services: Services,
  session: string,
  after: number,
  limit: number,
): { actions: ActionView[]; more: boolean } {
  const entries = (services.log.state.get('session', session)?.entries ?? []).filter(
    (index) => index > after,
  );
  const page = entries.slice(0, limit);
  const actions = page
    .flatMap((index) => actionsIn(services, index))
    .filter((action) => action.session === session);
  return { actions, more: entries.length > page.length };
}
