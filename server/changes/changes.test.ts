import { describe, expect, test } from 'vitest';
import { type Body, type Entry, type EntryType, type Rows, entryTypes } from '#shared/domain/entries.ts';
import { MemoryState } from '#shared/log/state.ts';
import { Hub, type StreamListener } from '../http/hub.ts';
import type { Topic } from '#shared/wire/stream.ts';
import { startServer } from '../testing/start.ts';
import { tellChanges } from './index.ts';
import { topicsOf } from '#shared/domain/index.ts';

const state = new MemoryState<Rows>();
state.apply({ kind: 'browser', id: 'laptop', row: { id: 'laptop', person: 'ana' } });
state.apply({ kind: 'browser', id: 'desktop', row: { id: 'desktop', person: 'ana' } });
state.apply({ kind: 'browser', id: 'other', row: { id: 'other', person: 'ben' } });
state.apply({ kind: 'request', id: 'r', row: { id: 'r', browser: 'laptop' } });
state.apply({ kind: 'grant', id: 'g', row: { request: 'r', session: 's', browser: 'laptop' } });
state.apply({ kind: 'grant', id: 'unstarted', row: { request: 'r', browser: 'laptop' } });

const batch = (...sessions: string[]): Body<'actions.recorded'>['batch'] => ({
  text: JSON.stringify({ actions: sessions.map((session) => ({ session })) }),
  signature: '',
});

/** For every type: what an entry of it says, as far as it matters here, and what that changes beside the log. */
const cases: { [T in EntryType]: [body: Partial<Body<T>>, changes: Topic[]][] } = {
  genesis: [[{}, ['people']]],
  'policy.loaded': [[{}, ['policy', 'inbox', 'live', 'consoles']]],
  'person.invited': [[{ person: 'cleo' }, ['people', 'inbox']]],
  'person.roles-changed': [[{ person: 'ana' }, ['people', 'inbox']]],
  'person.disabled': [[{ person: 'ana' }, ['people', 'inbox', 'live', 'browser:desktop', 'browser:laptop']]],
  'person.reset': [[{ person: 'ben' }, ['people', 'inbox', 'live', 'browser:other']]],
  'key.enrolled': [[{ person: 'ana' }, ['people']]],
  'key.removed': [[{ person: 'ana' }, ['people']]],
  'browser.paired': [[{ browser: 'laptop' }, ['pairing', 'people']]],
  'browser.ended': [[{ browser: 'laptop' }, ['people', 'live', 'browser:laptop']]],
  'browser.released': [[{ browser: 'laptop' }, ['people', 'live', 'browser:laptop']]],
  'request.asked': [[{ request: 'r' }, ['inbox', 'request:r', 'browser:laptop']]],
  'request.withdrawn': [[{ request: 'r' }, ['inbox', 'request:r', 'browser:laptop']]],
  'request.expired': [[{ request: 'r' }, ['inbox', 'request:r', 'browser:laptop']]],
  'request.decided': [[{ request: 'r' }, ['inbox', 'live', 'request:r', 'browser:laptop']]],
  'session.started': [[{ request: 'r' }, ['inbox', 'live', 'people', 'request:r', 'browser:laptop']]],
  'grant.ended': [
    [{ grant: 'g' }, ['inbox', 'live', 'request:r', 'session:s', 'browser:laptop']],
    [{ grant: 'unstarted' }, ['inbox', 'live', 'request:r', 'browser:laptop']],
  ],
  'grant.shortened': [[{ grant: 'g' }, ['inbox', 'live', 'request:r', 'session:s', 'browser:laptop']]],
  'actions.recorded': [[{ batch: batch('s', 't', 's') }, ['live', 'session:s', 'session:t']]],
  'evidence.exported': [[{}, []]],
  'log.recovered': [[{}, ['inbox', 'live', 'people', 'browsers', 'consoles']]],
  'act.proposed': [[{}, ['acts']]],
  'act.withdrawn': [[{}, ['acts']]],
  'log.key-rotated': [[{}, ['acts']]],
  'detail.erased': [
    [{ how: 'demand', act: 'a' }, ['acts']],
    [{ how: 'retention', below: 7 }, []],
  ],
  'template.saved': [[{ person: 'ana' }, []]],
  'template.deleted': [[{ person: 'ana' }, []]],
  'attempt.refused': [[{}, []]],
};

const entryOf = (type: string, body: object): Entry =>
  ({ v: 1, type, time: 0, rand: '', body }) as unknown as Entry;

describe('what an entry changes', () => {
  test.each(entryTypes)('%s', (type) => {
    for (const [body, changes] of cases[type])
      expect(topicsOf(entryOf(type, body), state)).toEqual(['log', ...changes]);
  });
});

/** Somebody who listens, and what they heard. */
function listener(of: Pick<StreamListener, 'kind' | 'person'> & { browser?: string }) {
  const heard: string[][] = [];
  return {
    heard,
    ...of,
    send: ({ topics }: { topics: string[] }) => heard.push(topics),
    close: () => undefined,
  };
}

test('pages and the browsers it concerns are told, the others of a group also where one entry cannot be read', () => {
  const hub = new Hub(() => 0, { get: () => undefined, set: () => undefined });
  const page = listener({ kind: 'person', person: 'ana' });
  const [laptop, other] = ['laptop', 'other'].map((browser) =>
    listener({ kind: 'browser', person: 'ana', browser }),
  );
  for (const each of [page, laptop, other]) hub.join(each!);
  const reports: unknown[] = [];
  let tell: ((entries: { index: number; entry: Entry }[]) => void) | undefined;
  tellChanges({
    hub,
    log: { state, subscribe: (listen: typeof tell) => void (tell = listen) },
    logger: { error: (report: unknown) => reports.push(report) },
  } as unknown as Parameters<typeof tellChanges>[0]);
  tell?.([
    { index: 4, entry: entryOf('actions.recorded', { batch: { text: 'no batch' } }) },
    { index: 5, entry: entryOf('browser.ended', { browser: 'laptop' }) },
    { index: 6, entry: entryOf('grant.ended', { grant: 'unstarted' }) },
  ]);
  expect(page.heard).toEqual([['log', 'people', 'live', 'inbox', 'request:r']]);
  expect(laptop!.heard).toEqual([['state']]);
  expect(other!.heard).toEqual([]);
  expect(reports).toMatchObject([{ index: 4 }]);
});

test('in the real server pages hear of an entry, whoever appended it', async () => {
  const server = await startServer();
  try {
    const page = listener({ kind: 'person', person: server.admin.id });
    const { hub, log } = server.services;
    hub.join(page);
    await log.run((draft) => draft.append('attempt.refused', { what: '/api/x', why: 'not_found' }));
    await expect.poll(() => page.heard.flat()).toContain('log');
    page.heard.length = 0;
    await server.person('ana', ['engineer']);
    await expect.poll(() => page.heard.flat()).toEqual(expect.arrayContaining(['log', 'people', 'inbox']));
  } finally {
    await server.remove();
  }
});
