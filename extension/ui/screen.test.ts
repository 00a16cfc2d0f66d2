import { describe, expect, it } from 'vitest';
import { screenFor, type ScreenQuery, type ScreenFacts } from './screen.ts';
import { aGrant, aRequest, aStatus, now } from './testing.ts';

const asked = (more: Partial<ScreenQuery> = {}): ScreenQuery => ({
  console: 'grafana',
  grant: '',
  now,
  dismissed: new Set(),
  ...more,
});
const at = (known: Partial<ScreenFacts>, more: Partial<ScreenQuery> = {}) =>
  screenFor(aStatus(known), asked(more));
const minute = 60_000;

describe('where a person stands with a console', () => {
  it('is nowhere until the browser is paired', () => {
    expect(at({ pairing: 'none' })).toEqual({ at: 'unpaired', ended: false });
    expect(at({ pairing: 'waiting' })).toEqual({ at: 'unpaired', ended: false });
    expect(at({ pairing: 'ended', grants: [aGrant({ status: 'running', open: true })] })).toEqual({
      at: 'unpaired',
      ended: true,
    });
  });

  it('is at the form with nothing behind it', () => {
    expect(at({})).toEqual({ at: 'ask', grant: undefined });
    expect(at({ requests: [aRequest({ console: { id: 'other', name: 'Other' } })] })).toMatchObject({
      at: 'ask',
    });
  });

  it('waits for somebody to decide, also while the server is away', () => {
    const requests = [aRequest()];
    expect(at({ requests })).toMatchObject({ at: 'waiting' });
    expect(at({ requests, reachable: false })).toMatchObject({ at: 'waiting' });
  });

  it('is ready after an approval, and at once where nobody decides', () => {
    const approved = aRequest({ status: 'approved', grant: aGrant() });
    expect(at({ requests: [approved] })).toMatchObject({ at: 'ready', basis: 'approved' });
    expect(at({ requests: [aRequest({ decides: 'nobody' })] })).toMatchObject({
      at: 'ready',
      basis: 'self-approved',
    });
  });

  it('is in while the grant runs, and no longer than this clock allows', () => {
    const grants = [aGrant({ status: 'running', open: true, localUntil: now + minute })];
    expect(at({ grants })).toMatchObject({ at: 'running' });
    expect(at({ grants }, { now: now + minute })).toMatchObject({ at: 'ask' });
  });

  it('is at the form for changing while a grant to look runs, and in once one to change does', () => {
    const running = { status: 'running', open: true, localUntil: now + minute } as const;
    const looking = aGrant({ ...running, level: 'view' });
    const past = aRequest({ level: 'view', status: 'denied', decidedAt: now });
    expect(at({ grants: [looking], requests: [past] }, { raise: true })).toEqual({
      at: 'ask',
      grant: undefined,
    });
    const asked = aRequest({ level: 'change' });
    expect(at({ grants: [looking], requests: [asked] }, { raise: true })).toMatchObject({ at: 'waiting' });
    const changing = aGrant({ ...running, level: 'change' });
    expect(at({ grants: [looking, changing] }, { raise: true })).toMatchObject({
      at: 'running',
      grant: changing,
    });
  });

  it('is out when the lease died with the server away, in when policy keeps it open', () => {
    const away = { reachable: false, unreachableSince: now - minute };
    const shut = [aGrant({ status: 'running', open: false })];
    expect(at({ ...away, grants: shut })).toEqual({ at: 'unreachable', since: now - minute });
    const kept = [aGrant({ status: 'running', open: true, confirmed: false })];
    expect(at({ ...away, grants: kept })).toMatchObject({ at: 'running' });
  });

  it('is out while server and extension do not fit, but for what its last lease still opens (case 76)', () => {
    const unfit = 'extension_outdated';
    expect(at({ unfit })).toEqual({ at: 'unfit', unfit });
    expect(at({ unfit, requests: [aRequest()] })).toEqual({ at: 'unfit', unfit });
    const grants = [aGrant({ status: 'running', open: true, localUntil: now + minute })];
    expect(at({ unfit, grants })).toMatchObject({ at: 'running' });
  });

  it('is shut when the outbox is full, whatever runs (T28)', () => {
    const grants = [aGrant({ status: 'running', open: true })];
    expect(at({ grants, outbox: { size: 9, full: true, trouble: 'Why' } })).toEqual({
      at: 'full',
      size: 9,
      trouble: 'Why',
    });
  });

  it('asks for the hosts first, whatever runs, when the browser does not allow one of the console’s (T33)', () => {
    const grants = [aGrant({ status: 'running', open: true })];
    expect(at({ grants, missing: ['https://grafana.example.com/*'] })).toEqual({ at: 'hosts' });
    expect(at({ requests: [aRequest()], missing: ['http://grafana.example.com/*'] })).toEqual({
      at: 'hosts',
    });
    expect(at({ grants, missing: ['https://vault.example.com/*'] })).toMatchObject({ at: 'running' });
  });

  it('is shut by a server before, and by a policy that cannot be read, whatever runs', () => {
    const grants = [aGrant({ status: 'running', open: true })];
    const by = { server: 'https://old.test', names: ['G'], hosts: ['*.example.com'], trouble: '' as const };
    expect(at({ grants, former: [by] })).toEqual({ at: 'former', by });
    const managed = { server: '', fault: 'Wrong', hosts: ['grafana.example.com'] };
    expect(at({ grants, managed })).toEqual({ at: 'misconfigured', fault: 'Wrong' });
    expect(at({ grants, managed: { ...managed, hosts: ['other.test'] } })).toMatchObject({ at: 'running' });
  });

  it('tells the newest of what is over, and each only once', () => {
    const denied = aRequest({ id: 'denied', status: 'denied', decidedAt: now - 9 * minute });
    const ended = aGrant({ id: 'ended', status: 'ended', endedHow: 'revoked', endedAt: now - minute });
    const known = { requests: [denied], grants: [ended] };
    expect(at(known)).toMatchObject({ at: 'ended', grant: { id: 'ended' } });
    expect(at(known, { dismissed: new Set(['ended']) })).toMatchObject({ at: 'ask' });
    expect(at({ requests: [denied] })).toMatchObject({ at: 'denied' });
    expect(at({ requests: [aRequest({ status: 'expired' })] })).toMatchObject({ at: 'expired' });
  });

  it('gives back the words of what came to nothing, and of nothing else', () => {
    const denied = aRequest({ id: 'denied', status: 'denied', decidedAt: now - minute });
    const dismissed = new Set(['denied']);
    expect(at({ requests: [denied] }, { dismissed })).toEqual({
      at: 'ask',
      grant: undefined,
      before: denied,
    });
    const withdrawn = aRequest({ status: 'withdrawn' });
    expect(at({ requests: [withdrawn] })).toMatchObject({ at: 'ask', before: withdrawn });
    const later = aRequest({ id: 'later', asked: now, status: 'approved' });
    expect(at({ requests: [later, denied] }, { dismissed })).toEqual({
      at: 'ask',
      grant: undefined,
      before: undefined,
    });
    const other = aRequest({ status: 'withdrawn', console: { id: 'other', name: 'Other' } });
    expect(at({ requests: [other] })).toEqual({ at: 'ask', grant: undefined, before: undefined });
  });

  it('tells nothing after the person withdrew', () => {
    const denied = aRequest({ id: 'denied', status: 'denied', decidedAt: now - 9 * minute });
    const withdrawn = aRequest({ id: 'withdrawn', status: 'withdrawn', asked: now - minute });
    expect(at({ requests: [withdrawn, denied] })).toMatchObject({ at: 'ask' });
  });
});

describe('more time for a running grant', () => {
  const running = aGrant({ id: 'g', status: 'running', open: true });
  const more = { grant: 'g' };

  it('is asked for at that grant', () => {
    expect(at({ grants: [running] }, more)).toMatchObject({ at: 'ask', grant: { id: 'g' } });
  });

  it('waits by its own request, not by another of the same console', () => {
    const requests = [aRequest({ extends: 'g' })];
    expect(at({ grants: [running], requests }, more)).toMatchObject({ at: 'waiting' });
    expect(at({ grants: [running], requests: [aRequest()] }, more)).toMatchObject({ at: 'ask' });
  });

  it('is given once approved, and can be asked for again', () => {
    const requests = [aRequest({ id: 'more', extends: 'g', status: 'approved', decidedAt: now })];
    const known = { grants: [running], requests };
    expect(at(known, more)).toMatchObject({ at: 'given', grant: { id: 'g' } });
    expect(at(known, { ...more, dismissed: new Set(['more']) })).toMatchObject({
      at: 'ask',
      grant: { id: 'g' },
    });
  });

  it('becomes a new request once the grant is over (case 30)', () => {
    const grants = [aGrant({ id: 'g', status: 'ended', endedHow: 'ran-out', endedAt: now })];
    expect(at({ grants }, more)).toMatchObject({ at: 'ended' });
    const dismissed = new Set(['g']);
    expect(at({ grants }, { ...more, dismissed })).toEqual({ at: 'ask', grant: undefined });
    expect(at({ grants, requests: [aRequest()] }, { ...more, dismissed })).toMatchObject({ at: 'waiting' });
    expect(at({ grants: [] }, more)).toEqual({ at: 'ask', grant: undefined });
  });
});
