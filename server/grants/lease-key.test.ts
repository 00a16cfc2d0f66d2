import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { refused } from '../testing/soft-browser.ts';
import { startServer } from '../testing/start.ts';
import { LeaseKey } from './lease-key.ts';

test('a server that lost its lease key, or found another, signs no lease with it and makes no new one', async () => {
  const server = await startServer();
  const browser = await server.admin.pair();
  await server.stop();
  const file = join(server.folder, 'lease.key');
  renameSync(file, `${file}.kept`);
  const isSilent = async (): Promise<void> => {
    await server.start();
    expect(await refused(call(browser.send, wire.browserState, {}))).toBe('log_unwritable');
    const { leaseProblem } = await call(server.admin.send, wire.logKeys, {});
    expect(leaseProblem).toMatch(/is not in .*Restore lease\.key/);
    await server.stop();
  };
  await isSilent();
  expect(existsSync(file)).toBe(false);
  expect(new LeaseKey(server.folder).publicKey).toHaveLength(43);
  await isSilent();
  rmSync(file);
  renameSync(`${file}.kept`, file);
  chmodSync(file, 0o640);
  await expect(server.start()).rejects.toThrow(/lease\.key can be read .* chmod 600/);
  chmodSync(file, 0o600);
  await server.start();
  await call(browser.send, wire.browserState, {});
  await server.remove();
});
