import { readConfig } from '../config.ts';
import { startServer } from '../start.ts';

/** Run by flood.test.ts: the real server in a process of its own, so that its memory can be measured. */
const { port } = await startServer(readConfig(process.env));
process.stdout.write(`${port}\n`);
