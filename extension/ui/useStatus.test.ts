import { expect, it } from 'vitest';
import { missingReasons } from './reasons.ts';
import { aGrant, aRequest, aStatus, now } from './testing.ts';
import { toLocal } from './useStatus.ts';

it('moves every time of a view to this machine’s clock (case 26)', () => {
  const offset = 90_000; // the server is ahead
  const grant = aGrant({ made: now, until: now + 500, endedAt: now + 600, localUntil: now - 1 });
  const request = aRequest({
    asked: now,
    expires: now + 100,
    decidedAt: now + 50,
    deciders: [
      { id: 'a', handle: 'a', online: true, since: now },
      { id: 'b', handle: 'b', online: false },
    ],
    grant,
  });
  const { requests, grants } = toLocal(aStatus({ offset, requests: [request], grants: [grant] }));
  expect(requests[0]).toMatchObject({
    asked: now - offset,
    expires: now + 100 - offset,
    decidedAt: now + 50 - offset,
    deciders: [{ since: now - offset }, {}],
    grant: { made: now - offset, until: now + 500 - offset, endedAt: now + 600 - offset },
  });
  expect(requests[0]?.deciders[1]).not.toHaveProperty('since');
  // A grant's end is already local in what the worker keeps.
  expect(grants[0]).toMatchObject({ until: now - 1, localUntil: now - 1, endedAt: now + 600 - offset });
});

it('gives the reason for each missing host, once for both schemes (T33)', () => {
  const missing = [
    'https://countersign.example.com/*',
    'http://grafana.example.com/*',
    'https://grafana.example.com/*',
    'https://*.old.example.com/*',
  ];
  const reasons = missingReasons(aStatus({ missing }));
  expect(reasons.map(({ host }) => host)).toEqual([
    'countersign.example.com',
    'grafana.example.com',
    '*.old.example.com',
  ]);
  expect(reasons[0]?.reason).toContain('server');
  expect(reasons[1]?.reason).toContain('Grafana');
  expect(reasons[2]?.reason).toContain('A console');
});
