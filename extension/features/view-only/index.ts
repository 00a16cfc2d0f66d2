/** A console that may only be looked at: what would change something is stopped in the page, and the strip says so. */
export { notice, onNotice } from './notice.ts';
export { startViewOnly } from './view-only.ts';
