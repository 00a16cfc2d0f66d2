import { defineBackground } from 'wxt/utils/define-background';
import { startWorker } from '../worker.ts';
import { startOutbox } from '../features/outbox/start.ts';
import { startRequestRecorder } from '../features/request-recorder/start.ts';

export default defineBackground(() => {
  startRequestRecorder();
  startWorker(startOutbox);
});
