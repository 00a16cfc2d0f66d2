/** What the worker knows: everybody reads it, the named changes alone write it. */
export { change } from './changes.ts';
export { formerServer, keepRun, load } from './load.ts';
export { consoleInfo, gated, paired, serverNow, serverStanding, shutReasonHere } from './selectors.ts';
export { state, type ConsoleTab, type FormerServer, type Managed } from './state.ts';
