import { MAX_TEMPLATE_NAME } from '#shared/domain/templates/limits.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#shared/bytes.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { verdictOf } from '../testing/log-files.ts';
import type { Person } from '../testing/person.ts';
import { type SoftBrowser, detail, refused } from '../testing/soft-browser.ts';
import { type TestServer, startServer } from '../testing/start.ts';
import { MAX_TEMPLATES } from './rules.ts';

let server: TestServer;
let ana: Person;
let browser: SoftBrowser;
let request: string;
let others: SoftBrowser;
beforeAll(async () => {
  server = await startServer();
  ana = await server.person('ana', ['engineer']);
  browser = await ana.pair();
  ({ id: request } = await ana.ask(browser, { console: 'vault', seconds: 1800 }, 'The queue is stuck'));
  others = await (await server.person('eve', ['engineer'])).pair();
});
afterAll(async () => {
  expect(await verdictOf(server)).toMatchObject({ state: 'ok' });
  await server.remove();
});

const list = (of = browser, console = 'vault') =>
  call(of.send, wire.listTemplates, { params: { console } }).then(({ templates }) => templates);
const save = (name: string, of = browser, id = request) =>
  call(of.send, wire.saveTemplate, { body: { request: id, name: detail(name) } }).then(
    ({ templates }) => templates,
  );
const remove = (template: string, of = browser) =>
  call(of.send, wire.deleteTemplate, { params: { template }, body: {} });

describe('request templates', () => {
  test('are one’s own requests by a name, for their console, and appear in all one’s browsers', async () => {
    await server.appends(['template.saved'], () => save('Drain the queue'));
    const second = await ana.pair();
    expect(await list(second)).toEqual([
      {
        id: expect.any(String) as string,
        name: 'Drain the queue',
        level: 'change',
        seconds: 1800,
        justification: 'The queue is stuck',
        ticket: '',
      },
    ]);
    expect(await list(second, 'queue')).toEqual([]);
    expect(await list(others)).toEqual([]);
  });

  test('one of the same name takes the place of the one before', async () => {
    const types = ['template.deleted', 'template.saved'] as const;
    const [template, ...more] = await server.appends([...types], () => save('Drain the queue'));
    expect([template?.name, more]).toEqual(['Drain the queue', []]);
  });

  test('need a name, and one that fits', async () => {
    for (const name of [' ', '\u3164', 'x'.repeat(MAX_TEMPLATE_NAME + 1)])
      await server.appends([], async () =>
        expect(['invalid_input', 'too_large']).toContain(await refused(save(name))),
      );
    await save('x'.repeat(MAX_TEMPLATE_NAME));
    await remove((await list())[0]?.id ?? '');
  });

  test('somebody else’s requests and templates are not there', async () => {
    const [{ id } = { id: '' }] = await list();
    const refusals = ['attempt.refused', 'attempt.refused', 'attempt.refused'] as const;
    await server.appends([...refusals], async () => {
      expect(await refused(save('Theirs', others))).toBe('not_found');
      expect(await refused(remove(id, others))).toBe('not_found');
      expect(await refused(save('Nothing', browser, newId()))).toBe('not_found');
    });
  });

  test('are as many as can be looked over, and a deleted one is gone for good', async () => {
    for (let n = (await list()).length; n < MAX_TEMPLATES; n += 1) await save(`Template ${n}`);
    expect(await refused(save('One more'))).toBe('too_many');
    const [newest] = await list();
    await server.appends(['template.deleted'], () => remove(newest?.id ?? ''));
    expect(await list()).toHaveLength(MAX_TEMPLATES - 1);
    await server.appends(['attempt.refused'], async () =>
      expect(await refused(remove(newest?.id ?? ''))).toBe('not_found'),
    );
    expect(await save('One more')).toHaveLength(MAX_TEMPLATES);
  });
});
