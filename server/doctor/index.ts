/** What `countersign doctor` looks at on a host. */
export { examine, nothingAt } from './examine.ts';
export type { HostFinding } from './types.ts';
