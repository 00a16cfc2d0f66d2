import { defineBackground } from 'wxt/utils/define-background';
import { startWorker } from '../features/core/start.ts';

export default defineBackground(() =>
  startWorker(() => ({ drain: async () => {}, lastNumber: async () => -1 })),
);
