import type { Basis } from '#shared/domain/primitives.ts';
import type { Mode } from '#shared/domain/primitives.ts';
import { listen } from './listen.ts';
import { native } from './native.ts';

/**
 * What a console's page may know: whether it may show and what the strip says. Kept whole in `storage.local` under
 * `gates`; only the worker writes it. A compromised page process can read it, so nothing else goes in.
 */
export interface Gate {
  /** Console id of the policy. */
  console: string;
  name: string;
  /** Exact hosts, or `*.` and a host for one label of wildcard. */
  hosts: string[];
  mode: Mode;
  /** What is open now, by mode or by a running grant. */
  access: AccessLevel;
  /** What the mode allows without a grant; `access` falls back to it when `clock` has run down. */
  base: AccessLevel;
  /** The running session, or empty. */
  session: string;
  /** The running grant, or empty. */
  grant: string;
  /** When the running grant ends, local wall time in ms; 0 without a grant. For people to read. */
  until: number;
  /**
   * When `access` ends without further word from the worker: at wall time `wall` there were `left` ms.
   * Absent when the access is by mode and has no end.
   */
  clock?: { wall: number; left: number };
  /** The running grant was opened by its own holder's touch. */
  basis: Basis;
  /** Whether the server renews the running grant's lease: it does, it does not answer, or the versions do not fit. */
  server: 'answers' | 'away' | 'unfit';
  /** When the console shuts unless the lease is renewed before, local wall time in ms; 0 while nothing is missed. */
  cutoff: number;
  record: 'actions' | 'requests' | 'times';
  /** Console pack, or empty. */
  pack: string;
  /** `METHOD /path` of requests that only read, though their method changes; a star may end the path. */
  reads: string[];
  /** Address to open when there is no other. */
  start: string;
}
export type AccessLevel = 'none' | 'view' | 'change';

export const GATES_KEY = 'gates';

/** Rejects when storage cannot be read; the caller then answers no. An empty list before pairing. */
export async function readGates(): Promise<Gate[]> {
  const stored = await native().storage.local.get(GATES_KEY);
  return (stored[GATES_KEY] ?? []) as Gate[];
}

/** Worker only: replaces the list whole. */
export const writeGates = (gates: Gate[]): Promise<void> =>
  native().storage.local.set({ [GATES_KEY]: gates });

/** Calls with the new list after each change, until the signal aborts. */
export function onGates(listener: (gates: Gate[]) => void, signal?: AbortSignal): void {
  const changed = (changes: Record<string, { newValue?: unknown }>, area: string) => {
    const change = changes[GATES_KEY];
    if (area === 'local' && change) listener((change.newValue ?? []) as Gate[]);
  };
  listen(native().storage.onChanged, changed, signal);
}
