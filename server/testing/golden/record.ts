import { expect, test } from 'vitest';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { erasure } from '../erasure.ts';
import { testPolicy } from '../policy.ts';
import { tellRecovery } from '../recovered.ts';
import { tellRotation } from '../rotated.ts';
import { detail } from '../soft-browser.ts';
import { type TestServer, startServer } from '../start.ts';
import { tellStory } from '../scenario.ts';
import { goldenNames, keepGolden } from './golden.ts';

/** What real servers are made to write. A new type or version gets a world of its own here, under a new name. */
const worlds: Record<string, () => Promise<TestServer>> = {
  'first-access': firstAccess,
  'first-rotation': async () => (await tellRotation()).server,
  'first-templates': firstTemplates,
  'first-recovery': async () => (await tellRecovery()).server,
};

/** Everything that people and browsers do, a lower maximum, an erasure, a release and an export. */
async function firstAccess(): Promise<TestServer> {
  const { server, ana, decided } = await tellStory();
  const { admin } = server;
  const { log } = server.services;
  const bea = await server.person('bea', ['administrator']);

  await ana.signIn();
  const browser = await ana.pair();
  const { id } = await ana.ask(browser, { console: 'queue', seconds: 900 });
  await ana.activate(browser, id);
  await server.load(
    testPolicy.replaceAll(/maximum: \S+/g, 'maximum: PT5M').replaceAll(/durations: .*/g, 'durations: [PT5M]'),
  );
  await expect
    .poll(() => server.entries().some(({ type }) => type === 'grant.shortened'), { timeout: 20_000 })
    .toBe(true);

  const entries = [log.find('type:request.asked', log.size, 100).at(-1) ?? 0];
  const first = erasure(entries);
  await first.propose(admin);
  await first.withdraw(admin);
  const second = erasure(entries);
  await second.propose(admin);
  await second.confirm(bea);

  const touch = await admin.touch('release', { browser: browser.id, browserKey: browser.publicKey });
  await call(admin.send, wire.releaseBrowser, { params: { browser: browser.id }, body: { touch } });
  const cut = { kind: 'session', session: decided.session ?? '' } as const;
  await log.run((draft) => draft.append('evidence.exported', { by: admin.id, cut, size: draft.size }));
  return server;
}

/** A request that is kept under a name, and deleted again. */
async function firstTemplates(): Promise<TestServer> {
  const server = await startServer();
  const ana = await server.person('ana', ['engineer']);
  const browser = await ana.pair();
  const { id: request } = await ana.ask(browser, { console: 'queue', seconds: 900 });
  const name = detail('Drain the queue');
  const { templates } = await call(browser.send, wire.saveTemplate, { body: { request, name } });
  const params = { template: templates[0]?.id ?? '' };
  await call(browser.send, wire.deleteTemplate, { params, body: {} });
  return server;
}

test.each(Object.keys(worlds).filter((name) => !goldenNames().includes(name)))('records %s', async (name) => {
  const server = await worlds[name]?.();
  if (server) keepGolden(name, server);
  await server?.remove();
});
