import type { Gate } from '../../platform/gates.ts';

/**
 * What a feature that lives inside a console's page is given. Features start synchronously at `document_start`, so
 * that their listeners come before the page's own; at that moment nobody knows yet whether the console is open.
 */
export interface ConsolePage {
  /** The console's gate; undefined until it is known. While undefined the page is veiled and nobody can act in it. */
  gate(): Gate | undefined;
  /** Calls when the gate becomes known and after each change of it. A page that must not show is left instead. */
  onGate(listener: (gate: Gate) => void): void;
  /** Is this the tab's own page, not a frame in it? */
  readonly top: boolean;
  /** Aborts when the page is about to be left because its console shuts, or is found to be no console's. */
  readonly signal: AbortSignal;
}

/** Starts one feature. It cleans up after itself when `page.signal` aborts. */
export type PageFeature = (page: ConsolePage) => void;
