import { random, toBase64url } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import { isBlank } from '#shared/domain/blank.ts';
import { commit } from '#shared/domain/signing.ts';
import { askRequest, withdraw as withdrawRoute } from '#shared/domain/requests/wire.ts';
import { offers } from '#shared/domain/consoles/wire.ts';
import { type NewDetail, withSalt } from '#shared/wire/details.ts';
import { call } from '../../platform/api.ts';
import { signObject } from '../../platform/keys.ts';
import type { PageMessages } from '../../platform/messages.ts';
import { pollWhileWaiting, refreshState } from '../connection/index.ts';
import { change, paired, serverNow } from '../state/index.ts';
import { redactAddress } from '../redaction/index.ts';

/** Asking and withdrawing: signed by this browser's key; free text goes beside the signature, as a commitment in it. */

type Asked = PageMessages['ask'];

const commitmentOf = (part: NewDetail | undefined): string => (part ? commit(part.salt, part.text) : '');

export const showOffers = ({ console }: { console: string }) => call(offers, { params: { console } });

export async function ask(input: Asked['input']): Promise<Asked['output']> {
  if (isBlank(input.justification)) throw new Refusal('justification_missing', { field: 'justification' });
  const { keys, browser, log } = paired();
  const justification = withSalt(input.justification);
  const ticket = isBlank(input.ticket) ? undefined : withSalt(input.ticket.trim());
  const address = input.address === '' ? undefined : withSalt(redactAddress(input.address));
  const signed = await signObject(keys, 'ask', {
    type: 'ask',
    log: log.origin,
    browser,
    console: input.console,
    level: input.level,
    seconds: input.seconds,
    justification: commitmentOf(justification),
    ticket: commitmentOf(ticket),
    address: commitmentOf(address),
    extends: input.extends,
    at: serverNow(),
    nonce: toBase64url(random(16)),
  });
  const { request } = await call(askRequest, {
    body: { ask: signed, justification, ...(ticket && { ticket }), ...(address && { address }) },
  });
  await refreshState();
  pollWhileWaiting();
  return { request };
}

export async function withdraw({
  request,
}: {
  request: string;
}): Promise<PageMessages['withdraw']['output']> {
  const { keys, browser, log } = paired();
  const withdrawal = await signObject(keys, 'withdrawal', {
    type: 'withdrawal',
    log: log.origin,
    browser,
    request,
    at: serverNow(),
  });
  const answer = await call(withdrawRoute, { params: { request }, body: { withdrawal } });
  change.requestChanged(answer.request);
  await refreshState();
  return answer;
}
