import { afterEach, expect, test } from 'vitest';
import { type TestServer, startBare, startServer } from './testing/start.ts';
import { greeting } from './greeting.ts';

let server: TestServer;
afterEach(() => server.remove());
const said = (): string => greeting(server.services).join('\n');

test('while nobody is enrolled the one-time link is said', async () => {
  server = await startBare();
  expect(said()).toContain(`${server.origin}/setup#${server.services.setup.code}`);
  expect(said()).not.toContain('Genesis');
});

test('afterwards the genesis hash is said, and no link', async () => {
  server = await startServer();
  expect(said()).toContain(`Genesis ${server.services.log.genesis}`);
  expect(said()).not.toContain('/setup#');
});

test('a log that cannot be written is said with its reason, and no link that would lead nowhere', async () => {
  server = await startBare();
  // A clock that is set back stops writing.
  server.clock.set(-3_600_000);
  const { health } = server.services.log;
  expect(health.ok).toBe(false);
  expect(said()).toContain(health.ok ? '' : health.reason);
  expect(said()).not.toContain('/setup#');
});
