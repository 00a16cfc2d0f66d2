import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  readEntry,
  versionOf,
  type Body,
  type Entry,
  type EntryType,
  type Rows,
} from '#shared/domain/entries.ts';
import { fold, indexKeysOf } from '#shared/domain/index.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { openDatabase } from '../db/open.ts';
import { policyHash } from '../policy/load.ts';
import { testPolicy } from '../testing/policy.ts';
import { SqliteStore } from '../log/sqlite/store.ts';
import { LogWriter } from '../log/writer.ts';
import { Bundles } from '../testing/bundles.ts';
import { countersign } from '../testing/command.ts';
import { verdictOf } from '../testing/log-files.ts';
import type { Person } from '../testing/person.ts';
import type { SoftBrowser } from '../testing/soft-browser.ts';
import { type TestServer, startServer } from '../testing/start.ts';

/**
 * Entries that are in a log and that no verifier accepts, as a server wrote them before it asked the verifier's rules,
 * or a faulty one will: case 93.
 */
let server: TestServer;
let [ana, ben]: Person[] = [];
let browser: SoftBrowser;
/** Ana's session from before the bad entry, and ben's from after it, of the browser that the entry is about. */
let [untouched, resting] = ['', ''];
let bad = -1;

async function session(of: Person, by: SoftBrowser): Promise<string> {
  const request = await of.ask(by, { console: 'queue', seconds: 900 });
  const { id, session = '' } = await of.activate(by, request.id);
  await by.deliver(by.batch([{ console: 'queue', session, words: 'Opened' }]));
  await server.admin.revoke(id);
  return session;
}

/** Appends an entry as a server did that had no rules. */
async function appendUnjudged<T extends EntryType>(type: T, body: Body<T>): Promise<number> {
  const { origin } = server.services.log;
  await server.stop();
  const database = await openDatabase(server.folder);
  const writer = await LogWriter.open<Rows, Entry>({
    folder: server.folder,
    origin,
    store: new SqliteStore(database),
    version: versionOf,
    read: readEntry,
    judge: () => undefined,
    fold,
    indexKeys: indexKeysOf,
    names: (state) => state.get('log', 'log'),
    report: () => undefined,
    clocks: server.clock,
  });
  const { value } = await writer.run((draft) => draft.append(type, body as never));
  await writer.close();
  await database.close();
  await server.start();
  return value;
}

beforeAll(async () => {
  server = await startServer();
  ana = await server.person('ana', ['engineer']);
  ben = await server.person('ben', ['engineer', 'approver']);
  untouched = await session(ana, await ana.pair());
  browser = await ben.pair();
  const paired = server.entries().findLast(({ type }) => type === 'browser.paired');
  bad = await appendUnjudged('browser.paired', paired?.body as Body<'browser.paired'>);
  resting = await session(ben, browser);
});
afterAll(() => server.remove());

const sentence = () => expect.stringMatching(new RegExp(`^Entry ${bad} does not hold: `)) as string;
const readyz = async () => (await fetch(`${server.origin}/readyz`)).text();

describe('an entry that does not hold', () => {
  test('is found at the start, is said by /readyz and to auditors, and keeps nobody from working', async () => {
    expect(server.services.log.doubts).toEqual([sentence()]);
    expect((await readyz()).split('\n')).toEqual(['ready', sentence(), '']);
    const ofAdmin = await call(server.admin.send, wire.logHealth, {});
    expect(ofAdmin).toMatchObject({ ok: true, doubts: [sentence()] });
    expect((await call((ana as Person).send, wire.logHealth, {})).doubts).toEqual([]);
  });

  test('is named by log fsck', async () => {
    const { status, out } = await countersign(['log', 'fsck', server.folder]);
    expect([status, out]).toEqual([1, expect.stringContaining(`Entry ${bad} does not hold: `)]);
  });

  test('fails the whole log, and what rests on it is said', async () => {
    const verdict = await verdictOf(server);
    expect(verdict).toMatchObject({ state: 'failed', entry: bad });
    expect(verdict.sentence).toMatch(/there is a browser \S+ already\. \d later entries depend on it/);
  });

  test('fails the evidence of what rests on it, and of nothing else', async () => {
    const bundles = new Bundles(server);
    const about = (of: string) => bundles.files({ kind: 'session', session: of });
    const other = await bundles.verify(await about(untouched));
    expect(other.verdict).toMatchObject({
      state: 'ok',
      sentence: expect.stringContaining(`Of the rest of the log, entry ${bad} does not hold.`) as string,
    });
    expect(other.steps).toContainEqual(
      expect.objectContaining({ state: 'note', entry: bad, sentence: sentence() }),
    );
    expect((await bundles.verify(await about(resting))).verdict).toMatchObject({
      state: 'failed',
      entry: bad,
    });
    const people = [
      [ana as Person, 'ok'],
      [ben as Person, 'failed'],
    ] as const;
    for (const [{ id: person }, state] of people)
      expect((await bundles.verify(await bundles.files({ kind: 'person', person }))).verdict.state).toBe(
        state,
      );
  });
});

describe('an entry that only closes', () => {
  test('is written whatever its rule says, and is an alarm that stands', async () => {
    const { log } = server.services;
    const request = await (ana as Person).ask(await (ana as Person).pair(), { console: 'vault' });
    const { grant } = await (ben as Person).decide(request, 'approve');
    // A server that ends a grant for a reason that is not true.
    const id = grant?.id ?? '';
    const { value: index } = await log.run((draft) =>
      draft.append('grant.ended', { grant: id, how: 'ran-out' }),
    );
    expect(log.state.get('grant', id)?.status).toBe('ended');
    expect(log.doubts).toContain(`Entry ${index} does not hold: the grant had not run out.`);
    expect(await readyz()).toContain(`Entry ${index} does not hold`);
    await expect(
      log.run((draft) =>
        draft.append('evidence.exported', { by: (ana as Person).id, cut: { kind: 'all' }, size: 10_000 }),
      ),
    ).rejects.toMatchObject({ code: 'conflict' });
  });
});

test('an end that an entry should have brought is found at the start, where it was left out', async () => {
  const person = ana as Person;
  const { id } = await person.ask(await person.pair(), { console: 'vault' });
  const text = testPolicy.replace(
    "who: ['role:engineer']\n    consoles: [vault]",
    'who: [zoe]\n    consoles: [vault]',
  );
  const index = await appendUnjudged('policy.loaded', { hash: policyHash(text), text });
  const left = `Entry ${index} does not hold: it took away what request ${id} rests on, and that did not expire with it.`;
  expect(server.services.log.doubts).toContain(left);
  expect((await countersign(['log', 'fsck', server.folder])).out).toContain(left);
});
