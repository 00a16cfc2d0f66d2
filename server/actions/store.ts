import { actionDetail, type Batch } from '#shared/domain/actions/statements.ts';
import { isOwn } from '#shared/domain/actions/violations.ts';
import type { EntryOf, Rows } from '#shared/domain/entries.ts';
import { signedHash } from '#shared/domain/signing.ts';
import type { ActionView } from '#shared/domain/actions/views.ts';
import { consoleNamed } from '../consoles/index.ts';
import { erasedView } from '../erasure/index.ts';
import type { Services } from '../context.ts';
import { detailOf } from '../details/index.ts';
import { refOf } from '../people/index.ts';

/** Reading actions back: where they lie in the log, and as people see them. */

/**
 * The entry of this very batch, whether it is under a signed checkpoint yet or not. Undefined where the log has none
 * under this number; `other` where it has another one.
 */
export function placeOf(
  { log }: Services,
  { id, number, chain, last }: Rows['browser'],
  batch: { number: number; hash: string },
): number | 'other' | undefined {
  if (batch.number > number) return undefined;
  if (batch.number === number) return chain === batch.hash ? last : 'other';
  const [found] = log.find(`batch:${id}:${batch.number}`);
  const entry = found === undefined ? undefined : log.entry(found);
  if (found === undefined || entry?.type !== 'actions.recorded') return undefined;
  return signedHash('batch', entry.body.batch.text) === batch.hash ? found : 'other';
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
    // A claim of another browser's session is nobody's session.
    session: isOwn(services.log.state, entry.body.browser, action.session) ? action.session : '',
    trusted: action.trusted,
    violation: entry.body.violations.includes(n),
    person,
    ...readDetail(services, action.detail),
    ...erasedView(services, index),
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
export function latestActions(services: Services, session: string, count: number): ActionView[] {
  // Every one of these entries has at least one of its actions.
  const entries = services.log.find(
    session === '' ? 'ungranted' : `session:${session}`,
    services.log.size,
    count,
  );
  return entries
    .flatMap((entry) => actionsIn(services, entry).reverse())
    .filter((action) => action.session === session)
    .slice(0, count);
}

/** The actions of a session after entry `after`, in order, at most `limit` entries' worth. */
export function actionsOfSession(
  services: Services,
  session: string,
  after: number,
  limit: number,
): { actions: ActionView[]; more: boolean } {
  const entries = services.log
    .find(`session:${session}`, services.log.size, Infinity)
    .filter((index) => index > after)
    .reverse();
  const page = entries.slice(0, limit);
  const actions = page
    .flatMap((index) => actionsIn(services, index))
    .filter((action) => action.session === session);
  return { actions, more: entries.length > page.length };
}
