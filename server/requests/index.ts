export { factsOf, latestEnd, refuseLost, refuseWiderTerms, waitingRequest } from './rules.ts';
export { askOf, requestView } from './views.ts';
