/** What pages say to the worker, and what it does about it. */
import { receive } from '../../platform/receive.ts';
import type { WorkerFeature } from '../worker.ts';
import { makeHandlers } from './handlers.ts';

export const answerMessages: WorkerFeature = {
  start: ({ ready, signal }) => receive(makeHandlers(ready), signal),
};
