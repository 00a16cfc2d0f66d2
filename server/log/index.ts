/** The log: one writer, its store, its keys and its lock. `writer.ts` tells the way of a command to the answer. */
export { type ClockSources, systemClocks } from './clock.ts';
export { KeyTrouble } from './command-key.ts';
export { exportLog } from './export.ts';
export { keyOf } from './index-keys.ts';
export {
  findKeyFile,
  firstKeyFile,
  heldKeys,
  makeNextKey,
  type PrivateKeyFile,
  readKeyFile,
  settleKey,
  takeKeys,
  waitingKey,
} from './key-store.ts';
export { type KeyHolder, logKey, type PrivateKey, verifyEd25519 } from './key.ts';
export { Lock } from './lock.ts';
export { type LogDraft, type SignedHead, Log, type LogEntry } from './log.ts';
export { type Proposal, readProposal, removeProposal, writeProposal } from './proposal.ts';
export { untilRestartNeeded } from './restart.ts';
export { GroupWriter } from './sqlite/group-writer.ts';
export { NO_SALT, type Erasure } from './store.ts';
export { mustBeWhole } from './startup.ts';
export { SqliteLog } from './sqlite/reader.ts';
