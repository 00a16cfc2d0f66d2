import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#shared/bytes.ts';
import type { Body } from '#shared/domain/entries.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { Forgery } from '../../server/testing/forgery.ts';
import type { Person } from '../../server/testing/person.ts';
import { type SoftBrowser, refused } from '../../server/testing/soft-browser.ts';
import { type TestServer, startServer } from '../../server/testing/start.ts';

let server: TestServer;
let log: Forgery;
let ana: Person;
let browser: SoftBrowser;
let next: Body<'actions.recorded'>['batch'];
const doing = (words: string, alter = {}) => browser.batch([{ console: 'queue', words }], alter);

beforeAll(async () => {
  server = await startServer();
  ana = await server.person('ana', ['engineer']);
  browser = await ana.pair();
  const open = async () => {
    const { id } = await ana.ask(browser, { console: 'queue', seconds: 900 });
    return ana.activate(browser, id);
  };
  await browser.deliver(doing('One'));
  await open();
  // The same key in a copied profile tells another first batch.
  const copy = doing('Another one', { number: 0, previous: '' });
  next = doing('Two').batch;
  expect(await refused(call(browser.send, wire.recordActions, { body: copy }))).toBe('browser_suspended');
  browser = await ana.pair();
  const running = await open();
  await server.admin.reset(ana.id);
  expect(server.services.log.state.get('grant', running.id)).toMatchObject({ endedHow: 'reset' });
  log = new Forgery(server);
});
afterAll(() => server.remove());

describe('a browser that signed two histories', () => {
  test('is suspended, and whoever verifies is told', async () => {
    const { steps, verdict } = await log.verify(await log.seal());
    expect(verdict.state).toBe('ok');
    expect(steps.map(({ sentence }) => sentence).join('\n')).toMatch(
      new RegExp(
        `^1 browser was suspended for signing two different histories, .* \\(entry ${log.find('browser.ended')}\\)`,
        'm',
      ),
    );
  });

  test.each<[string, (body: Body<'browser.ended'>) => void, RegExp]>([
    ['nothing', (b) => void delete b.evidence, /suspended by what it signed/],
    ['a batch that follows', (b) => void (b.evidence = next), /stands well beside the others/],
    [
      'the batch that the log holds',
      (b) => void (b.evidence = log.bodyOf('actions.recorded').batch),
      /stands well beside the others/,
    ],
    [
      'what it did not sign',
      (b) => void (b.evidence &&= { ...b.evidence, text: b.evidence.text.replace('"clicked"', '"did"') }),
      /signature over its batch does not hold/,
    ],
    ['no reason but a person', (b) => void (b.how = 'unpaired'), /suspended by what it signed/],
    ['the batch of another', (b) => void (b.browser = newId()), /there is no browser/],
  ])('for %s: red', async (_, by, reason) => {
    await log.expectRed(log.change('browser.ended', 0, by), reason);
  });

  test('a grant does not end by what did not happen', async () => {
    for (const [n, how] of [
      [0, 'unpaired'],
      [0, 'reset'],
      [1, 'suspended'],
    ] as const)
      await log.expectDoubt(
        log.change('grant.ended', n, (body) => {
          body.how = how;
        }),
        /the (browser|person) was not/,
      );
  });
});
