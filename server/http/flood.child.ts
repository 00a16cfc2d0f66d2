import { readConfig } from '../config.ts';
import { systemClocks } from '../log/clock.ts';
import { startServer } from '../start.ts';

/**
 * Run by flood.test.ts: the real server in a process of its own, so that its memory can be measured. It waits less long
 * for who sends slowly.
 */
const { port } = await startServer(readConfig(process.env), systemClocks, {
  headersTimeout: 2000,
  requestTimeout: 4000,
  connectionsCheckingInterval: 500,
  silence: 5000,
});
process.stdout.write(`${port}\n`);
