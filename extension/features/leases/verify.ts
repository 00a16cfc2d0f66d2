import { consoleList, type ConsoleList } from '#shared/domain/consoles/statements.ts';
import { lease, type Lease } from '#shared/domain/grants/statements.ts';
import type { SignedText } from '#shared/domain/signing.ts';
import { parseCanonical } from '#shared/log/canonical.ts';
import type { Identity } from '../../platform/db.ts';
import { verifyText } from '../../platform/keys.ts';

/** What the server's lease key says. Everything that is not exactly right counts as not said at all. */

type Known = Pick<Identity, 'publicKey' | 'log'>;

/** A lease for this browser, of this log, that answers this very heartbeat; else undefined. */
export async function readLease(signed: SignedText, nonce: string, us: Known): Promise<Lease | undefined> {
  if (!(await verifyText(us.log.leaseKey, 'lease', signed))) return undefined;
  const read = lease.safeParse(parsed(signed.text));
  if (!read.success) return undefined;
  const { log, browserKey, issued, dies, until } = read.data;
  const ours = log === us.log.origin && browserKey === us.publicKey && read.data.nonce === nonce;
  // A lease that lives longer than a minute would outlast what the product promises, whoever signed it.
  const sane = issued < dies && dies - issued <= 60_000 && issued < until;
  return ours && sane ? read.data : undefined;
}

/** A console list of this log, not older than the one we have; else undefined. */
export async function readConsoles(
  signed: SignedText,
  us: Pick<Identity, 'log'>,
  last: number,
): Promise<ConsoleList | undefined> {
  if (!(await verifyText(us.log.leaseKey, 'consoles', signed))) return undefined;
  const read = consoleList.safeParse(parsed(signed.text));
  if (!read.success || read.data.log !== us.log.origin) return undefined;
  return read.data.number < last ? undefined : read.data;
}

function parsed(text: string): unknown {
  try {
    return parseCanonical(text);
  } catch {
    return undefined;
  }
}
