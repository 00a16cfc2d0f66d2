import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Activations, LeaseKey, Heartbeats } from './grants/services.ts';
import type { Config } from './config.ts';
import type { Database } from './db/schema.ts';
import type { Hub } from './http/hub.ts';
import type { Limits } from './http/limits.ts';
import type { Load } from './http/load.ts';
import type { Proofs } from './http/proofs.ts';
import type { Log } from './log/log.ts';
import type { Pairings } from './browsers/services.ts';
import type { PolicyKeeper } from './policy/services.ts';
import type { SignIns, Setup, Counters, Touches } from './people/services.ts';
import type { Witnesses } from './witness/witnesses.ts';

/** What handlers work with. Made once in `start.ts`; each slice uses only what it names. */
export interface Services {
  config: Config;
  logger: Logger;
  /** Server time in ms; the log has its own, which never goes back. */
  now: () => number;
  /** The one writer, and committed folded state. */
  log: Log;
  /** Reads of what is not folded state: details, the actions index. */
  db: Kysely<Database>;
  policy: PolicyKeeper;
  signIns: SignIns;
  touches: Touches;
  counters: Counters;
  setup: Setup;
  pairings: Pairings;
  activations: Activations;
  heartbeats: Heartbeats;
  leaseKey: LeaseKey;
  proofs: Proofs;
  witnesses: Witnesses;
  hub: Hub;
  limits: Limits;
  load: Load;
}
