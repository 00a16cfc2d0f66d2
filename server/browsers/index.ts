export { requirePaired } from './rules.ts';
export { signedByBrowser } from './signed.ts';
