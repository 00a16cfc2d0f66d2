import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { pageFeatures } from '../features.ts';
import { guardPage } from '../features/veil/index.ts';

/**
 * What runs in every frame of a console, at `document_start`. Unlisted and registered by the worker: WXT's own
 * content scripts stop when the page dispatches an event of theirs (T2).
 */
export default defineUnlistedScript(() => guardPage(pageFeatures));
