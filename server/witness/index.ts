/** Being witnessed by browsers and others, and witnessing other logs. */
export { cosignedNotes } from './notes.ts';
export { type AnchorStatus, lastReached } from './reached.ts';
export { readSettings, type WitnessSettings } from './settings.ts';
export { type Cosigned, WitnessStore } from './store.ts';
export { Witnesses } from './witnesses.ts';
