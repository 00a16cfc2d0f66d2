import { NO_SALT } from '../log/index.ts';
import { erasedOf } from '#shared/domain/erasure/erased.ts';
import type { ErasedView } from '#shared/domain/erasure/views.ts';
import type { Services } from '../context.ts';
import { refOf } from '../people/index.ts';

/** Where the details are that may be erased, and what became of those that were. */

/** The largest number of entries that one act names. */
const most = 1000;

/** How many texts lie beside these entries. */
export async function textsBeside({ db }: Services, entries: readonly number[]): Promise<number> {
  const { count } = await db
    .selectFrom('details')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('entry', 'in', entries)
    .where('salt', '<>', NO_SALT)
    .executeTakeFirstOrThrow();
  return count;
}

/** The entries of a session, with all its requests, or of one request, that have texts beside them. */
export async function entriesOf(
  services: Services,
  of: { session?: string | undefined; request?: string | undefined },
): Promise<{ entries: number[]; texts: number; more: number }> {
  const { log } = services;
  const session = log.state.get('session', of.session ?? '');
  const requests = [...log.state.all('request')]
    .map(([, request]) => request)
    .filter(({ id, grant }) => id === of.request || (session !== undefined && grant === session.grant));
  const grants = requests.flatMap(({ grant }) => log.state.get('grant', grant ?? '')?.entries ?? []);
  const indexes = new Set([
    ...requests.flatMap(({ entries }) => entries),
    ...grants,
    ...(session ? log.find(`session:${session.id}`, log.size, Infinity) : []),
  ]);
  const found = await withTexts(services, [...indexes]);
  const entries = found.slice(0, most);
  return { entries, texts: await textsBeside(services, entries), more: found.length - entries.length };
}

/** Those of the entries that have texts, ascending. SQLite takes so many values in one statement. */
async function withTexts({ db }: Services, indexes: readonly number[]): Promise<number[]> {
  const found = new Set<number>();
  for (let at = 0; at < indexes.length; at += 10_000)
    for (const { entry } of await db
      .selectFrom('details')
      .select('entry')
      .distinct()
      .where('entry', 'in', indexes.slice(at, at + 10_000))
      .where('salt', '<>', NO_SALT)
      .execute())
      found.add(entry);
  return [...found].sort((a, b) => a - b);
}

/** The entry beside which the `count`-th oldest detail below an index lies, or undefined where there are fewer. */
export async function entryOfDetail(
  { db }: Services,
  below: number,
  count: number,
): Promise<number | undefined> {
  const found = await db
    .selectFrom('details')
    .select('entry')
    .where('entry', '<', below)
    .where('salt', '<>', NO_SALT)
    .orderBy('entry')
    .offset(count)
    .limit(1)
    .executeTakeFirst();
  return found?.entry;
}

/** What the log says of the erasure of an entry's details, as pages show it. */
export function erasedView(services: Services, entry: number): { erased?: ErasedView } {
  const erased = erasedOf(services.log.state, entry);
  return erased
    ? { erased: { at: erased.at, entry: erased.entry, by: erased.by.map((id) => refOf(services, id)) } }
    : {};
}
