import type { ActionDetail, ActionKind } from '#shared/domain/actions/statements.ts';
import { native } from './native.ts';

/**
 * The first copy of an action: plain JSON in `storage.local` under `act:<id>`, redacted, written in the very handler
 * that saw it, because nothing else outlives a page that leaves at once (T1). The outbox takes it from there.
 */
export interface ActionRecord {
  id: string;
  /** Local wall time in ms. Its thousandths only keep the order within one context. */
  at: number;
  kind: ActionKind;
  console: string;
  /** The running session, or empty. */
  session: string;
  trusted: boolean;
  detail: ActionDetail;
  /** Until this local time the outbox leaves it alone, as more may become known: the status of a request, say. */
  hold?: number | undefined;
  /** The request that this act of a person should lead to, as `POST /path`: the two then become one record. */
  expects?: string | undefined;
  /** The name that the page showed for what `expects` acts on. */
  name?: string | undefined;
}

export const RECORD_PREFIX = 'act:';

/** How long a request may take to be told together with its status or with the click that made it. */
export const HOLD_MS = 1000;

let last = 0;
/** Now, and later than any answer before it in this context. */
export function stamp(): number {
  last = Math.max(Date.now(), last + 0.001);
  return last;
}

/** 16 random bytes, base64url; `newId` of shared/bytes.ts brings more along than a page needs. */
export const newRecordId = (): string =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
    .slice(0, 22)
    .replaceAll('+', '-')
    .replaceAll('/', '_');

/** Writes a first copy; the same id again replaces it while the outbox has not taken it. Never rejects. */
export function writeRecord(record: ActionRecord): Promise<void> {
  try {
    return native()
      .storage.local.set({ [RECORD_PREFIX + record.id]: record })
      .catch(() => undefined);
  } catch {
    return Promise.resolve(); // the extension was updated under this page: the new one records from its own start
  }
}
