import { defineBackground } from 'wxt/utils/define-background';
import { workerFeatures } from '../features.ts';
import { startWorker } from '../worker.ts';

/** The browser ends the worker without a word, so nothing here ever aborts it. */
export default defineBackground(() => startWorker(workerFeatures, new AbortController().signal));
