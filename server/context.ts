import type { Logger } from 'pino';
import type { Config } from './config.ts';

/**
 * What handlers work with. Made once in `start.ts`. Each room declares its own part beside the class that it is of
 * (`declare module`), so that this file imports none of them and a new room changes nothing here.
 */
export interface Services {
  config: Config;
  logger: Logger;
  /** Log time in ms: it never goes back, and lives on where the wall clock was set back. */
  now: () => number;
}
