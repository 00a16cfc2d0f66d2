import { actionDetail, type Action, type Batch } from '#shared/entries/signed.ts';
import type { EntryOf } from '#shared/entries/types.ts';
import type { ActionView } from '#shared/wire/views.ts';
import { consoleNamed } from '../consoles/list.ts';
import type { Services } from '../context.ts';
import { detailOf } from '../details.ts';
import { refOf } from '../people/views.ts';

/** Reading actions back: where they lie in the log, and as people see them. */

/**
 * The entry of a batch that the log holds already, if its text is the same. A different text under a number that was
 * used is not the same batch; the chain check refuses it.
 */
export function entryOfBatch(
  services: Services,
  browser: string,
  number: number,
  text: string,
): number | undefined {
  const last = services.log.state.get('browser', browser)?.number ?? -1;
  if (number > last) return undefined;
  for (let index = services.log.size - 1; index >= 0; index--) {
    const entry = services.log.entry(index);
    if (entry.type !== 'actions.recorded' || entry.body.browser !== browser) continue;
    if (entry.body.number < number) return undefined;
    if (entry.body.number === number) return entry.body.batch.text === text ? index : undefined;
  }
  return undefined;
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
    violation: isViolation(services, action),
    person,
    ...readDetail(services, action.detail),
  }));
}

function refTo(services: Services, id: string): ActionView['console'] {
  const { name } = consoleNamed(services, id);
  return { id, name };
}

function isViolation(services: Services, action: Action): boolean {
  const mode = consoleNamed(services, action.console).mode;
  if (mode === 'watch' || action.kind === 'noted') return false;
  const session = action.session === '' ? undefined : services.log.state.get('session', action.session);
  return session ? session.ended !== undefined && action.at > session.ended : mode === 'closed';
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
