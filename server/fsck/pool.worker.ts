import { parentPort } from 'node:worker_threads';
import { type PoolJob, work } from './jobs.ts';
import type { PoolAnswer } from './pool.ts';

/** A thread that reads and hashes runs of bundles. */
const port = parentPort;
if (!port) throw new Error('this is a worker thread');
const tell = (told: PoolAnswer): void => port.postMessage(told);

port.on('message', ({ id, job }: { id: number; job: PoolJob }) => {
  try {
    tell({ id, result: work(job) });
  } catch (error) {
    tell({ id, failed: error instanceof Error ? error.message : String(error) });
  }
});
