import { random, toBase64url } from '#shared/bytes.ts';
import type { Rows } from '#shared/domain/entries.ts';
import { suggest } from '#shared/policy/suggest.ts';
import { holdFolder, type OpenDatabase, openDatabase } from '../db/index.ts';
import { isOpen } from '../grants/index.ts';
import { Log } from '../log/index.ts';
import { codeHash, invitationLife, keysOf, personByHandle } from '../people/index.ts';
import { hasDatabase } from './folder.ts';

/** What a reset on the host did. */
export interface HostReset {
  /** One-time link by which the person enrols anew. */
  link: string;
  /** Until when it is good, ms. */
  expires: number;
  /** Index of the `person.reset` entry. */
  entry: number;
  keys: number;
  grants: number;
}

/**
 * Resets somebody from the server's own host, without a touch: for an administrator whom nobody else can reset (case
 * 9). The server must not be running. `confirm` is told whom it is about; what it throws leaves everything as it was.
 * Throws an Error with a sentence where it cannot be done.
 */
export async function resetOnHost(
  folder: string,
  handle: string,
  confirm: (person: Rows['person']) => Promise<void>,
): Promise<HostReset> {
  if (!hasDatabase(folder))
    throw new Error(
      `There is no Countersign data folder at ${folder}. Set COUNTERSIGN_DATA to the one the server uses.`,
    );
  const release = holdFolder(folder);
  try {
    const database = await openDatabase(folder);
    try {
      return await resetIn(database, folder, handle, confirm);
    } finally {
      await database.close();
    }
  } finally {
    release();
  }
}

async function resetIn(
  database: OpenDatabase,
  folder: string,
  handle: string,
  confirm: (person: Rows['person']) => Promise<void>,
): Promise<HostReset> {
  const { origin, webOrigin } = await placeOf(database);
  const log = await Log.open({ folder, origin, database, report: () => undefined });
  try {
    if (!log.health.ok) throw new Error(log.health.reason);
    const person = personByHandle(log.state, handle);
    if (!person) {
      const known = [...log.state.all('person')].map(([, { handle: name }]) => name);
      throw new Error(
        `Nobody here is called ${JSON.stringify(handle)}.${suggest(handle, known)} Known: ${known.join(', ')}.`,
      );
    }
    await confirm(person);
    const code = toBase64url(random(32));
    const { value } = await log.run((draft) => {
      const keys = keysOf(draft.state, person.id).length;
      const expires = draft.now + invitationLife;
      const invitation = codeHash(code);
      const grants = [...draft.state.all('grant')].filter(
        ([, grant]) => isOpen(grant) && grant.person === person.id,
      ).length;
      const entry = draft.append('person.reset', {
        person: person.id,
        invitation,
        expires,
        authority: { kind: 'host' },
      });
      return { entry, expires, keys, grants };
    });
    return { link: `${webOrigin}/enrol#${code}`, ...value };
  } catch (error) {
    throw log.health.ok ? error : new Error(log.health.reason, { cause: error });
  } finally {
    await log.close();
  }
}

/** Whose log this is, as its entry 0 says: in an emergency nobody should have to find the server's environment. */
async function placeOf(database: OpenDatabase): Promise<Rows['log']> {
  const row = await database.reader
    .selectFrom('state')
    .select('row')
    .where('kind', '=', 'log')
    .executeTakeFirst();
  if (!row)
    throw new Error(
      'Nobody is enrolled here yet. Start the server and open the one-time set-up link it prints.',
    );
  return JSON.parse(row.row) as Rows['log'];
}
