import { join } from 'node:path';
import { fromBase64url, newId } from '#shared/bytes.ts';
import { parseVkey } from '#shared/log/note/keys.ts';
import type { StatementOf } from '#shared/domain/statements.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import type { GrantView } from '#shared/domain/grants/views.ts';
import { makeNextKey, readKeyFile } from '../log/key-store.ts';
import { type LogKey, logKey } from '../log/key.ts';
import { Forgery } from './forgery.ts';
import type { Person } from './person.ts';
import { type TestServer, startServer } from './start.ts';

type RotationFields = Pick<StatementOf<'rotation'>, 'act' | 'logKey' | 'leaseKey'>;

/** As `countersign log rotate` does on the host. */
export async function prepareRotation({
  folder,
  services: { log, leaseKey },
}: Pick<TestServer, 'folder' | 'services'>): Promise<void> {
  await makeNextKey(folder, 'log.key', 'next', [parseVkey(log.verifierKey).publicKey]);
  await makeNextKey(folder, 'lease.key', 'next', [fromBase64url(leaseKey.publicKey)]);
}

export async function proposeRotation(
  person: Person,
  alter: Partial<RotationFields> = {},
): Promise<RotationFields> {
  const { next } = await call(person.send, wire.logKeys, {});
  const fields = { act: newId(), logKey: next?.logKey ?? '', leaseKey: next?.leaseKey ?? '', ...alter };
  await call(person.send, wire.proposeAct, { body: { touch: await person.touch('rotation', fields) } });
  return fields;
}

export const confirmRotation = async (person: Person, fields: RotationFields) =>
  call(person.send, wire.confirmAct, {
    params: { act: fields.act },
    body: { touch: await person.touch('rotation', fields) },
  });

export interface RotatedStory {
  server: TestServer;
  bea: Person;
  ana: Person;
  /** Was an administrator once. */
  carl: Person;
  /** Ana's session across the rotation: an action before it and one after it, handed back. */
  across: GrantView;
  /** Her session after it. */
  after: GrantView;
  /** The log as it was when the rotation was its last entry. */
  log: Forgery;
  /** The log key before it. */
  oldKey: LogKey;
}

/** A log made by the real server whose key two administrators rotated while somebody worked. */
export async function tellRotation(): Promise<RotatedStory> {
  const server = await startServer();
  const { admin } = server;
  const bea = await server.person('bea', ['administrator']);
  const carl = await server.person('carl', ['administrator']);
  await admin.changeRoles(carl.id, ['auditor']);
  const ana = await server.person('ana', ['engineer']);
  const browser = await ana.pair();
  const start = async () =>
    ana.activate(browser, (await ana.ask(browser, { console: 'queue', seconds: 900 })).id);
  const act = (words: string, { session = '' }: GrantView) =>
    browser.deliver(browser.batch([{ console: 'queue', session, words }]));
  const end = ({ id }: GrantView) =>
    call(browser.send, wire.endGrant, { params: { grant: id }, body: { end: browser.end(id) } });

  const across = await start();
  await act('Purged a queue', across);
  const oldKey = logKey(server.services.log.origin, readKeyFile(join(server.folder, 'log.key')));
  await prepareRotation(server);
  await confirmRotation(bea, await proposeRotation(admin));
  const log = new Forgery(server);

  await act('Purged another', across);
  await end(across);
  const after = await start();
  await act('Purged a third', after);
  await end(after);
  return { server, bea, ana, carl, across, after, log, oldKey };
}
