/** The browser's own policy for this extension: which server it pairs with, and which hosts are shut before that. */
import { onManaged } from '../../platform/managed.ts';
import { reconcile } from '../gate/index.ts';
import { checkHosts } from '../hosts/index.ts';
import type { WorkerFeature } from '../worker.ts';
import { checkManaged, readLast } from './managed.ts';

export { checkManaged, otherThan, refuseOther } from './managed.ts';

export const followPolicy: WorkerFeature = {
  async prepare() {
    await readLast();
    await checkManaged();
  },
  start({ ready, signal }) {
    onManaged(() => void ready.then(checkManaged).then(checkHosts).then(reconcile), signal);
  },
  look: checkManaged,
};
