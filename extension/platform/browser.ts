import browser from 'webextension-polyfill';

/**
 * The browser's extension API for the worker and the extension's own pages. What runs inside a console's page takes
 * `native.ts` instead: the polyfill would more than double its size.
 */
export { browser };
