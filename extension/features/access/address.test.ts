import { expect, test } from 'vitest';
import { addressToOpen } from './address.ts';

const start = 'https://harbour.test/';

test('a tab goes where it wanted to go', () => {
  expect(addressToOpen('https://harbour.test/queues/a?state=ready#x', start)).toBe(
    'https://harbour.test/queues/a?state=ready#x',
  );
});
test.each([
  'https://harbour.test/login/callback?code=abc&state=xyz',
  'https://harbour.test/?code=abc&state=xyz',
  'https://harbour.test/saml/acs',
  'https://harbour.test/x?SAMLResponse=abc',
  'https://harbour.test/oauth2/start',
  'javascript:alert(1)',
  'nonsense',
])('a step of a sign-in, or no address, leads to the start: %s', (wanted) => {
  expect(addressToOpen(wanted, start)).toBe(start);
});
