import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startServer } from '../testing/start.ts';
import { LeaseKey } from './lease-key.ts';

test('a server that lost its lease key, or found another, does not start with it and makes no new one', async () => {
  const server = await startServer();
  await server.stop();
  const file = join(server.folder, 'lease.key');
  renameSync(file, `${file}.kept`);
  await expect(server.start()).rejects.toThrow('is missing');
  expect(existsSync(file)).toBe(false);
  expect(new LeaseKey(server.folder).publicKey).toHaveLength(43);
  await expect(server.start()).rejects.toThrow('is not the one that entry 0 of the log announces');
  rmSync(file);
  renameSync(`${file}.kept`, file);
  await server.start();
  await server.remove();
});
