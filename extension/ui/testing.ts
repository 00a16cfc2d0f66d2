import type { GrantView } from '#shared/domain/grants/views.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { noStatus, type RunningGrant, type Status } from '../platform/status.ts';

/** Views as the worker keeps them, for the tests of pages. */
export const now = 1_800_000_000_000;
const minute = 60_000;
const consoleRef = { id: 'grafana', name: 'Grafana' };

export const aGrant = (change: Partial<GrantView & RunningGrant> = {}): RunningGrant => ({
  id: 'grant',
  request: 'request',
  console: consoleRef,
  level: 'change',
  made: now,
  until: now + 30 * minute,
  basis: 'approved',
  status: 'approved',
  unacknowledged: false,
  localUntil: now + 30 * minute,
  open: false,
  confirmed: true,
  cutoff: 0,
  ...change,
});

export const aRequest = (change: Partial<RequestView> = {}): RequestView => ({
  id: 'request',
  hash: 'hash',
  person: { id: 'ana', handle: 'ana' },
  console: consoleRef,
  mode: 'closed',
  level: 'change',
  seconds: 1800,
  justification: { salt: '', text: 'No data since the deploy', commitment: '' },
  ticket: null,
  address: null,
  extends: '',
  asked: now - minute,
  expires: now + 59 * minute,
  policy: '',
  eligibility: 'on-call',
  decides: ['group:leads'],
  status: 'waiting',
  from: now,
  latest: now + 30 * minute,
  mayLower: false,
  deciders: [],
  browser: { id: 'browser', label: 'Chromium on Linux', paired: now, status: 'paired' },
  recorded: 'What you open, click and submit is recorded.',
  mayDecide: false,
  ...change,
});

export const aStatus = (change: Partial<Status> = {}): Status => ({
  ...noStatus,
  pairing: 'paired',
  server: 'https://countersign.example.com',
  person: { id: 'ana', handle: 'ana' },
  consoles: [
    {
      id: 'grafana',
      name: 'Grafana',
      hosts: ['grafana.example.com'],
      start: '',
      mode: 'closed',
      pack: '',
      reads: [],
      alsoFrom: [],
      record: 'actions',
      unreachable: 'close',
    },
  ],
  ...change,
});
