/** Paired browsers: pairing, what a browser has to know, unpairing and release. */
export { requirePaired } from './rules.ts';
export { signedByBrowser } from './signed.ts';
