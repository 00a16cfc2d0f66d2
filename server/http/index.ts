/** HTTP: who calls, how routes are served, what a caller may take, the streams that pages and browsers listen to. */
export { apiPage } from './api-page.ts';
export { callerOf, cookieName, knownBrowserOf, personOf, refuseCrossSite, signedInAt } from './callers.ts';
export { headers } from './headers.ts';
export { health } from './health.ts';
export { Hub } from './hub.ts';
export { addressOf, Limits, enforceLimit } from './limits.ts';
export { admission, capConnections, enterAs, Load } from './load.ts';
export { pages, webFolder } from './pages.ts';
export { Proofs, verifiedBy } from './proofs.ts';
export { sameSecret, signInId, tokenHash } from './secrets.ts';
export { boundedBody, onError, serve } from './serve.ts';
export { streams } from './stream.ts';
export { Turns } from './turns.ts';
export type { BrowserCaller, PersonCaller } from './who.ts';
