/** Secrets taken out of addresses and words before anything is written. */
export { decoded, redactAddress, redactWords } from './redact.ts';
export { MARK } from './secrets.ts';
