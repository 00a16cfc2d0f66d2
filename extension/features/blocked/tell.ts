import type { Gate } from '../../platform/gates.ts';
import { tellPage } from '../../platform/tabs.ts';
import type { WebRequest } from '../../platform/web-requests.ts';
import { redactAddress } from '../redaction/index.ts';
import { consoleOf } from '../access/index.ts';

/** Tells the strip of a request that was stopped because its console may only be looked at. */
export async function tellBlocked(
  request: WebRequest,
  outcome: string,
  gates: readonly Gate[],
): Promise<void> {
  const { method, url, tabId, type } = request;
  // Beacons are nobody's act, and their page does not miss them.
  if (outcome !== 'stopped' || tabId < 0 || type === 'ping' || type === 'beacon') return;
  if (consoleOf(gates, url)?.access !== 'view') return;
  const what = `${method} ${redactAddress(url).slice(new URL(url).origin.length)}`;
  await tellPage(tabId, { what: what.slice(0, 200), exact: false });
}
