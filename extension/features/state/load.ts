import { db, type FormerPairing } from '../../platform/db.ts';
import { readFormer } from '../../platform/former-store.ts';
import { readSession, writeSession } from '../../platform/session.ts';
import { readFork } from '../../platform/witness-store.ts';
import { forStorage, readConsoles } from '../leases/index.ts';
import { change } from './changes.ts';
import { noRun, state, type FormerServer, type RunState } from './state.ts';

const RUN_KEY = 'run';

/** Reads what was kept. The console list is verified anew: what is kept is the server's signed text. */
export async function load(): Promise<void> {
  const database = await db();
  const identity = await database.get('identity', 'this');
  const signed = await database.get('consoles', 'last');
  // The browser may have been paired with one of them again just before it was stopped.
  const former = (await readFormer()).filter(({ log }) => log.genesis !== identity?.log.genesis);
  change.loaded({
    identity,
    claim: await database.get('claim', 'this'),
    list: signed && identity && (await readConsoles(signed, identity, 0)),
    fork: await readFork(),
    former: await Promise.all(former.map(formerServer)),
    run: { ...noRun, since: Date.now(), ...(await readSession<RunState>(RUN_KEY)) },
  });
}

/** Keeps what has to outlive the worker's sleep. */
export const keepRun = (): Promise<void> =>
  writeSession(RUN_KEY, { ...state.run, held: state.run.held.map(forStorage) });

export async function formerServer(pairing: FormerPairing): Promise<FormerServer> {
  const list = await readConsoles(pairing.consoles, pairing, 0);
  const consoles = list?.consoles.filter(({ mode }) => mode !== 'watch') ?? [];
  return { pairing, list, consoles, trouble: '' };
}
