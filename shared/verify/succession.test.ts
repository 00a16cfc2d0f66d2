import { afterAll, beforeAll, expect, test } from 'vitest';
import { toBase64url } from '#shared/bytes.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { refused } from '../../server/testing/soft-browser.ts';
import { type TestServer, startServer } from '../../server/testing/start.ts';
import { type HeldLog, checkSuccession } from './succession.ts';

let server: TestServer;
let held: HeldLog;
beforeAll(async () => {
  server = await startServer();
  const { log, leaseKey } = server.services;
  held = {
    origin: log.origin,
    logKey: log.verifierKey,
    leaseKey: leaseKey.publicKey,
    genesis: log.genesis,
    size: log.head.size,
    root: toBase64url(log.head.root),
  };
  await server.person('ana', ['administrator']);
});
afterAll(() => server.remove());

const ask = (from = held.size) =>
  call(server.admin.send, wire.succession, { query: { from, origin: held.origin } });

test('a log that kept its keys is followed to its newest head', async () => {
  const { size, root, note } = server.services.log.head;
  expect(size).toBeGreaterThan(held.size);
  expect(await checkSuccession(held, await ask())).toEqual({
    ...held,
    size,
    root: toBase64url(root),
    note,
    lost: 0,
  });
  // Whoever held nothing yet believes the pinned genesis alone.
  expect(await checkSuccession({ ...held, size: 0, root: '' }, await ask(0))).toMatchObject({ size });
});

test('case 62: keys that were never the log’s, another genesis, another history and foreign entries are refused', async () => {
  const answer = await ask();
  const other = (await ask(1)).consistency;
  const [first, ...rest] = answer.entries;
  const wrong: [Partial<HeldLog>, Partial<typeof answer>, RegExp][] = [
    [{ logKey: `${held.logKey}x` }, {}, /keys that were held are not among/],
    [{ leaseKey: held.genesis }, {}, /keys that were held are not among/],
    [{ genesis: held.root }, {}, /genesis that was pinned/],
    [{ root: held.genesis }, {}, /is inconsistent|another history/],
    [{}, { consistency: other }, /is inconsistent/],
    [{}, { entries: rest }, /genesis that was pinned/],
    [
      {},
      { entries: first ? [first, { ...first, index: 1 }] : [] },
      /Entry 1 does not hold: it is not where the log may begin/,
    ],
    [{}, { entries: first ? [{ ...first, proof: [] }] : [] }, /is inconsistent/],
    [{}, { checkpoint: answer.checkpoint.replace('\n', '\n1') }, /not signed by the key/],
  ];
  for (const [pins, said, why] of wrong)
    await expect(checkSuccession({ ...held, ...pins }, { ...answer, ...said })).rejects.toThrow(why);
});

test('only whoever is signed in, or was paired once, is told; an unpaired browser still is', async () => {
  const query = { from: held.size, origin: held.origin };
  expect(await refused(call(server.stranger().send, wire.succession, { query }))).toBe('signed_out');
  const browser = await server.admin.pair();
  await call(server.admin.send, wire.unpair, { params: { browser: browser.id }, body: {} });
  const answer = await call(browser.send, wire.succession, { query });
  expect(await checkSuccession(held, answer)).toMatchObject({ origin: held.origin });
  expect(await refused(call(browser.send, wire.browserState, {}))).toBe('browser_unknown');
});
