/** Leases and console lists that the server's lease key signed: what they say, and how much of a lease is left. */
export {
  confirmed,
  endingSooner,
  forStorage,
  isNotRenewed,
  lastOnes,
  left,
  notRenewed,
  toCutoff,
  toEnd,
  type HeldLease,
} from './held.ts';
export { readConsoles, readLease } from './verify.ts';
