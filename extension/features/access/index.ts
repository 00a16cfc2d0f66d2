/** What each console allows in this browser now, and what keeps it shut. Pure; worker and pages ask the same. */
export { consoleOf, cutoffOf, less, standings, type ConsoleAccess, type Standing } from './access.ts';
export { addressToOpen } from './address.ts';
export { gatedConsoles } from './gated.ts';
export { missingOf, shutReason, type ShutReason } from './shut-reason.ts';
