/** The outbox: first copies of actions numbered, signed, and sent until the log has proven them. */
export { knowsChain } from './chain.ts';
export { readFirsts } from './plan.ts';
export { deliverRecords, drain, lastNumber } from './start.ts';
