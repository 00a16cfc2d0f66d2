import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { SignedText } from '#shared/domain/signing.ts';
import type { NewDetail } from '#shared/wire/details.ts';

/** IndexedDB of the extension's origin: no console's page can read it. Key material is not extractable. */

/** The newest checkpoint of the log that this browser has verified; `root` in base64. */
export interface HeldCheckpoint {
  /** The log's key: a checkpoint says nothing about another log. */
  logKey: string;
  size: number;
  root: string;
  /** The signed note itself, as it came. */
  note: string;
}

export interface Identity {
  keys: CryptoKeyPair;
  /** Raw Ed25519 public key, base64url. */
  publicKey: string;
  /** Browser id, made by the server at the claim. */
  browser: string;
  /** The server's origin. */
  server: string;
  /** `ended`: the server no longer knows this browser. Consoles stay shut as the last list says. */
  state: 'paired' | 'ended';
  /** Pinned when the pairing was confirmed: a server that shows others later is refused. */
  log: { origin: string; logKey: string; leaseKey: string; genesis: string };
}

/** A claim that the person has not yet confirmed on the companion's page. */
export interface Claim {
  keys: CryptoKeyPair;
  publicKey: string;
  browser: string;
  server: string;
  /** What both screens show. */
  code: string;
  /** Local wall time, ms. */
  expires: number;
  /** The genesis of another log than the one that was pinned for this address, where the person wants it. */
  accepted?: string;
}

/** A pairing that another one took the place of. What its server shut stays shut until it releases this browser. */
export interface FormerPairing extends Omit<Identity, 'state'> {
  /** The last console list that this server signed. */
  consoles: SignedText;
  /** The newest checkpoint of its log that was proven here. */
  held: HeldCheckpoint | undefined;
}

/** One numbered batch, from the moment its number is given until the log has proven it. */
export interface OutboxBatch {
  number: number;
  /** Canonical text of the batch; exactly these bytes are sent until proven. */
  text: string;
  /** Empty until signed. */
  signature: string;
  details: NewDetail[];
  /** Record ids in it, so that a first copy left over after a crash is not numbered twice. */
  ids: string[];
}

export interface LocalDatabase extends DBSchema {
  identity: { key: 'this'; value: Identity };
  claim: { key: 'this'; value: Claim };
  outbox: { key: number; value: OutboxBatch };
  /** The last console list that the server signed. */
  consoles: { key: 'last'; value: SignedText };
  /** Single values by name: `chain` (last number and hash), `checkpoint` (last seen), and such. */
  meta: { key: string; value: unknown };
}

let opened: Promise<IDBPDatabase<LocalDatabase>> | undefined;

export function db(): Promise<IDBPDatabase<LocalDatabase>> {
  opened ??= openDB<LocalDatabase>('countersign', 1, {
    upgrade(database) {
      database.createObjectStore('identity');
      database.createObjectStore('claim');
      database.createObjectStore('outbox', { keyPath: 'number' });
      database.createObjectStore('consoles');
      database.createObjectStore('meta');
    },
    terminated() {
      opened = undefined;
    },
  });
  return opened;
}
