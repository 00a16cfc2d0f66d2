import { Refusal } from '#shared/errors.ts';
import type { Batch } from '#shared/domain/actions/statements.ts';
import { violationsOf } from '#shared/domain/actions/rules.ts';
import { signedHash } from '#shared/domain/signing.ts';
import type { recordActions } from '#shared/domain/actions/wire.ts';
import type { BodyOf } from '#shared/wire/route.ts';
import { requirePaired } from '../browsers/index.ts';
import type { Services } from '../context.ts';
import { keepDetails } from '../details/index.ts';
import type { BrowserCaller } from '../http/index.ts';
import type { LogDraft } from '../log/index.ts';
import { batchFits } from './rules.ts';
import { placeOf } from './store.ts';

type Sent = BodyOf<typeof recordActions>;

/**
 * Takes a batch into the log and returns the index of its entry. The very same batch sent again gets the index that it
 * has: its answer was lost, or its twin was faster (cases 45, 46). A batch that cannot stand beside those in the log
 * suspends the browser: throws `browser_suspended`, and the log keeps both. One that comes too early is
 * `statement_mismatch`.
 */
export async function record(
  services: Services,
  who: BrowserCaller,
  batch: Batch,
  sent: Sent,
): Promise<number> {
  const { number } = batch;
  const hash = signedHash('batch', sent.batch.text);
  // Asked outside the writer first: a log that cannot be written can still prove what it holds.
  const known = placeOf(services, who.browser, { number, hash });
  if (typeof known === 'number' && known < services.log.size) return known;
  const { value } = await services.log.run((draft) => {
    const browser = requirePaired(draft.state, who.browser.id);
    const place = placeOf(services, browser, { number, hash });
    if (typeof place === 'number') return place;
    const fits = batchFits(browser, batch);
    // Its number was used, and which entry has it is not known yet: sent again, it is.
    if (fits === 'early' || (place === undefined && number <= browser.number))
      throw new Refusal('statement_mismatch', { field: 'batch.number' });
    if (fits === 'fork') return suspend(draft, who, sent);
    return append(services, draft, who, batch, sent);
  });
  if (value !== 'suspended') return value;
  services.hub.drop({ browser: who.browser.id });
  throw new Refusal('browser_suspended');
}

function append(services: Services, draft: LogDraft, who: BrowserCaller, batch: Batch, sent: Sent): number {
  keepDetails(draft, ...sent.details);
  return draft.append('actions.recorded', {
    browser: who.browser.id,
    number: batch.number,
    batch: sent.batch,
    violations: violationsOf(services.log.facts(draft.state), batch),
  });
}

/** Two records under one number, or a chain that forks: which of the two browsers is the person's nobody can say here. */
function suspend(draft: LogDraft, who: BrowserCaller, sent: Sent): 'suspended' {
  keepDetails(draft, ...sent.details);
  draft.append('browser.ended', { browser: who.browser.id, how: 'suspended', evidence: sent.batch });
  return 'suspended';
}
