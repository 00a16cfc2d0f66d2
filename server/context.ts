import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Activations } from './grants/activations.ts';
import type { Config } from './config.ts';
import type { Database } from './db/schema.ts';
import type { Hub } from './http/hub.ts';
import type { Limits } from './http/limits.ts';
import type { Load } from './http/load.ts';
import type { Proofs } from './http/proofs.ts';
import type { LeaseKey } from './grants/lease-key.ts';
import type { Log } from './log/log.ts';
import type { Pairings } from './browsers/pairings.ts';
import type { Heartbeats } from './grants/heartbeats.ts';
import type { PolicyKeeper } from './policy/keeper.ts';
import type { SignIns } from './people/sign-ins.ts';
import type { Setup } from './people/setup.ts';
import type { Counters } from './people/counters.ts';
import type { Touches } from './people/touches.ts';

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
