/** What the rules blocked: counted for the record, and told to the strip of its tab. */
import type { WorkerFeature } from '../worker.ts';
import { countBlocked } from './count.ts';

export { countBlocked } from './count.ts';
export { tellBlocked } from './tell.ts';

export const watchBlocked: WorkerFeature = { look: () => countBlocked() };
