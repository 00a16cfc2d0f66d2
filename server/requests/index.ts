/** Requests for access: asked, withdrawn, decided, and the inbox. */
export { factsOf, latestEnd, refuseLost, refuseWiderTerms, waitingRequest } from './rules.ts';
export { askOf, requestView } from './views.ts';
