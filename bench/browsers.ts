import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../server/config.ts';
import { type Running, startServer } from '../server/start.ts';
import { Person } from '../server/testing/person.ts';
import { testPolicy } from '../server/testing/policy.ts';
import type { SoftBrowser } from '../server/testing/soft-browser.ts';

/** Starts a server in this process on an empty folder, and pairs a browser by touch. */
export async function setUp(folder: string, port: number): Promise<Running & { first: SoftBrowser }> {
  writeFileSync(join(folder, 'policy.yaml'), testPolicy);
  const origin = `http://localhost:${port}`;
  const server = await startServer(
    readConfig({ COUNTERSIGN_ORIGIN: origin, COUNTERSIGN_DATA: folder, COUNTERSIGN_LOG_LEVEL: 'error' }),
  );
  const admin = new Person({ webOrigin: origin, rpId: 'localhost' }, 'root');
  await admin.enrol(server.services.setup.code ?? '');
  return { ...server, first: await admin.pair() };
}
