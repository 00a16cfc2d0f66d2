/** Asking for access, starting it and ending it. */
export { activate, watchActivation } from './activate.ts';
export { ask, showOffers, withdraw } from './ask.ts';
export { end, reportEnds } from './end.ts';
