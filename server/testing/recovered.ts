import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import type { GrantView } from '#shared/domain/grants/views.ts';
import { readKeyFile } from '../log/key-store.ts';
import { type LogKey, logKey } from '../log/key.ts';
import { prepareRecovery } from '../disaster-recovery/prepare.ts';
import { Forgery } from './forgery.ts';
import type { Person } from './person.ts';
import { touchRecovery } from './recovery-touch.ts';
import { type TestServer, startServer } from './start.ts';

/** Puts a backup in place of a database in which more happened since, and leaves the server stopped. */
export async function restoreBackup(server: TestServer, since: () => Promise<void>): Promise<void> {
  const file = (name: string): string => join(server.folder, name);
  await server.stop();
  copyFileSync(file('countersign.db'), file('backup.db'));
  await server.start();
  await since();
  await server.stop();
  for (const end of ['-wal', '-shm']) rmSync(file(`countersign.db${end}`), { force: true });
  copyFileSync(file('backup.db'), file('countersign.db'));
}

export interface RecoveredStory {
  server: TestServer;
  bea: Person;
  ana: Person;
  /** Was an administrator once. */
  carl: Person;
  /** Ana's session that the recovery ended, with one action in it. */
  before: GrantView;
  /** Her session under the new origin, with one action in it, handed back. */
  after: GrantView;
  /** The log as it was when the recovery was its last entry. */
  log: Forgery;
  /** The key that signed what was lost. */
  lostKey: LogKey;
}

/** A log made by the real server, restored from a backup and recovered by two administrators, that went on. */
export async function tellRecovery(): Promise<RecoveredStory> {
  const server = await startServer();
  const { admin } = server;
  const bea = await server.person('bea', ['administrator']);
  const carl = await server.person('carl', ['administrator']);
  await admin.changeRoles(carl.id, ['auditor']);
  const ana = await server.person('ana', ['engineer']);

  const session = async () => {
    const browser = await ana.pair();
    const { id } = await ana.ask(browser, { console: 'queue', seconds: 900 });
    const grant = await ana.activate(browser, id);
    const action = { console: 'queue', words: 'Purged a queue', session: grant.session ?? '' };
    await browser.deliver(browser.batch([action]));
    return { browser, grant };
  };
  const { grant: before } = await session();
  const lostKey = logKey(server.services.log.origin, readKeyFile(join(server.folder, 'log.key')));
  await restoreBackup(server, async () => void (await server.person('ivy', ['engineer'])));
  await prepareRecovery(server.folder, undefined, () => Promise.resolve());
  await server.start();
  for (const person of [admin, bea]) {
    await person.signIn();
    await touchRecovery(person);
  }
  const log = new Forgery(server);

  await ana.signIn();
  const { browser, grant: after } = await session();
  await call(browser.send, wire.endGrant, {
    params: { grant: after.id },
    body: { end: browser.end(after.id) },
  });
  return { server, bea, ana, carl, before, after, log, lostKey };
}
