import { parentPort, workerData } from 'node:worker_threads';
import { StoreCheck } from './store.ts';

/** The thread that checks a database each time it is asked. */
const port = parentPort;
if (!port) throw new Error('this is a worker thread');
const check = new StoreCheck(String(workerData));
port.on('message', () => {
  void check.run().then((findings) => port.postMessage(findings));
});
