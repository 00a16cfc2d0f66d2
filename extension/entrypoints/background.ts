import { defineBackground } from 'wxt/utils/define-background';
import { startWorker } from '../features/core/start.ts';
import { startOutbox } from '../features/outbox/start.ts';
import { startRequestRecorder } from '../features/recorder/start.ts';

export default defineBackground(() => {
  startRequestRecorder();
  startWorker(startOutbox);
});
