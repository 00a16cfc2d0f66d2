import { fc, test } from '@fast-check/vitest';
import { analyse } from 'scslre';
import { describe, expect, it, vi } from 'vitest';
import { redactAddress, redactWords } from './redact.ts';
import { addresses, keys, ordinaryAddresses, ordinaryWords, words } from './secrets.cases.ts';
import { KEY_FORMS, looksSecret, MARK } from './secrets.ts';

const at = 'https://console.example.com';

describe('addresses lose their secrets before the first write (case 72)', () => {
  it.each([
    [`${at}/cb?code=4/0AX4XfWh&state=xyz`, `${at}/cb?code=***&state=xyz`],
    [
      `${at}/cb#access_token=abc&token_type=bearer&expires_in=3600`,
      `${at}/cb#access_token=***&token_type=bearer&expires_in=3600`,
    ],
    [`${at}/cb#id_token=abc&state=1`, `${at}/cb#id_token=***&state=1`],
    [
      `${at}/o/report.csv?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA/eu&X-Amz-Signature=00ff&part=2`,
      `${at}/o/report.csv?X-Amz-Algorithm=***&X-Amz-Credential=***&X-Amz-Signature=***&part=2`,
    ],
    [`${at}/b/f?sv=2023-01-03&se=2026-01-01&sp=r&sig=abc%3D`, `${at}/b/f?sv=***&se=***&sp=r&sig=***`],
    [`${at}/x?Signature=abc&Key-Pair-Id=K1&Policy=p`, `${at}/x?Signature=***&Key-Pair-Id=***&Policy=p`],
    ['https://ana:pw1@console.example.com/q', 'https://***@console.example.com/q'],
    [`${at}/q?user_password=x&api_key=y&apiKey=z`, `${at}/q?user_password=***&api_key=***&apiKey=***`],
    [`${at}/q?%70assword=x`, `${at}/q?%70assword=***`],
    [`${at}/q?a=1;token=x`, `${at}/q?a=1;token=***`],
    [`${at}/p;jsessionid=abc123?x=1`, `${at}/p;jsessionid=***?x=1`],
    [`${at}/#/queues?token=abc`, `${at}/#/queues?token=***`],
    [`${at}/q?next=%2Fhome%3Ftoken%3Dabc%26x%3D1`, `${at}/q?next=%2Fhome%3Ftoken%3D***%26x%3D1`],
    [`${at}/q?next=https%3A%2F%2Fana%3Apw%40b.example%2F`, `${at}/q?next=https%3A%2F%2F***%40b.example%2F`],
    [`${at}/q?filter=%7B%22password%22%3A%22hunter2%22%7D`, `${at}/q?filter=***`],
    [`${at}/reset/8f3a91c0d2b4e6`, `${at}/reset/***`],
    [`${at}/u/ghp_16C7e42F292c6912E7710c838347Ae178B4a`, `${at}/u/***`],
    [`${at}/q?x=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln`, `${at}/q?x=***`],
    ['data:text/html,secret', 'data:***'],
    ['javascript:alert(1)', 'javascript:***'],
    ['not an address', ''],
  ])('%s → %s', (address, redacted) => {
    expect(redactAddress(address)).toBe(redacted);
  });

  it.each([
    `${at}/`,
    `${at}/#flow/f1a0c0de00000001`,
    `${at}/inject/f1a0c0de00000002`,
    `${at}/d/9f1b6c1e-2a43-4d0e-9a8b-3f1d2f6e7c11/payments?from=now-6h&to=now&refresh=5s`,
    `${at}/queues/%2F/orders-eu-west-1?page=2&name=orders%20dead&sort=messages`,
    `${at}/clusters/production-payments-primary/namespaces/kube-system/pods`,
  ])('keeps %s whole', (address) => {
    expect(redactAddress(address)).toBe(address);
  });

  const secret = fc.stringMatching(/^[A-Za-z0-9_-]{6,40}$/).map((s) => `Zq9${s}`);
  const name = fc.constantFrom(
    'code',
    'state',
    'access_token',
    'id_token',
    'refresh_token',
    'X-Amz-Signature',
    'X-Amz-Security-Token',
    'sig',
    'Signature',
    'password',
    'passwd',
    'api_key',
    'client_secret',
    'SAMLResponse',
    'session-id',
    'key',
  );
  const within = fc.constantFrom<(pair: string) => string>(
    (pair) => `?${pair}`,
    (pair) => `?a=1&${pair}&b=2`,
    (pair) => `#${pair}`,
    (pair) => `#a=1&${pair}`,
    (pair) => `#/route?${pair}`,
    (pair) => `?next=${encodeURIComponent(`/x?${pair}`)}`,
    (pair) => `?next=${encodeURIComponent(`https://other.example/x#${pair}`)}`,
    (pair) => `?next=${encodeURIComponent(`/x?then=${encodeURIComponent(`/y?${pair}`)}`)}`,
    (pair) => `;${pair}`,
  );
  test.prop([name, secret, within])(
    'no value of a secret name survives, wherever it stands',
    (name, secret, within) => {
      expect(redactAddress(`${at}/p${within(`${name}=${secret}`)}`)).not.toContain(secret);
      expect(redactAddress(`${at}/p${within(`${name.toUpperCase()}=${secret}`)}`)).not.toContain(secret);
    },
  );

  const random = fc.uint8Array({ minLength: 24, maxLength: 48 }).map((bytes) => Buffer.from(bytes));
  test.prop([random, fc.constantFrom('base64url' as const, 'hex' as const)])(
    'nothing random of 24 bytes or more survives, in path, query, fragment or words',
    (bytes, spelling) => {
      const value = bytes.toString(spelling);
      fc.pre(/[a-z]/.test(value) && /\d/.test(value) && (spelling === 'hex' || /[A-Z]/.test(value)));
      for (const place of [`/${value}`, `?x=${value}`, `#${value}`, `?${value}`, `#/a/${value}`])
        expect(redactAddress(at + place)).not.toContain(value);
      expect(redactWords(`Copy ${value} now`, 500)).toBe(`Copy ${MARK} now`);
    },
  );

  test.prop([fc.stringMatching(/^[a-z0-9]{3,12}$/), fc.stringMatching(/^[A-Za-z0-9]{3,12}$/)])(
    'names and passwords before the host never survive',
    (user, password) => {
      const out = redactAddress(`https://${user}:${password}@host.example/`);
      expect(out).toBe('https://***@host.example/');
    },
  );

  test.prop([
    fc.oneof(
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.string(),
      fc.string().map((s) => `${at}/${s}`),
    ),
  ])('never throws, is short, and twice is the same as once', (address) => {
    const once = redactAddress(address);
    expect(once.length).toBeLessThanOrEqual(2000);
    fc.pre(once.length < 2000);
    expect(redactAddress(once)).toBe(once);
  });
});

describe('one table of secrets, tested both ways', () => {
  it.each(keys)('$from is taken out wherever it stands: $key', ({ key }) => {
    for (const spelled of [key, encodeURIComponent(key)])
      for (const place of [
        `/a/${spelled}/b`,
        `/a?x=${spelled}&y=1`,
        `/a#${spelled}`,
        `/#/a?x=${spelled}`,
        `/a?next=${encodeURIComponent(`/b?x=${spelled}`)}`,
      ])
        expect(redactAddress(at + place), place).not.toContain(key.slice(-12));
    expect(redactWords(`Copy ${key} now`, 500)).toBe('Copy *** now');
    expect(redactWords(`Copy "${key}"`, 500)).toBe('Copy ***');
  });
  it('has a case for each form of key', () => {
    for (const form of KEY_FORMS)
      expect(
        keys.some(({ key }) => new RegExp(`^(?:${form})`).test(key)),
        form,
      ).toBe(true);
  });
  it.each(addresses)('$from: $address → $kept', ({ address, kept }) => {
    expect(redactAddress(at + address)).toBe(at + kept);
    expect(redactAddress(at + kept)).toBe(at + kept);
  });
  it.each(words)('$from: $text → $kept', ({ text, kept }) => {
    expect(redactWords(text, 500)).toBe(kept);
    expect(redactWords(kept, 500)).toBe(kept);
  });
  it('leaves more than 200 ordinary addresses and titles to the letter', () => {
    expect(new Set(ordinaryAddresses).size + new Set(ordinaryWords).size).toBeGreaterThan(200);
    const harmed = [
      ...ordinaryAddresses.map((address) => [new URL(at + address).href, redactAddress(at + address)]),
      ...ordinaryWords.map((text) => [text, redactWords(text, 200)]),
    ].filter(([before, after]) => before !== after);
    expect(harmed).toEqual([]);
  });
});

describe('however long the input', () => {
  it('each expression takes time in proportion to it', () => {
    const spy = vi.spyOn(RegExp.prototype, 'exec');
    for (const { key } of keys) redactWords(key, 500);
    for (const { address } of addresses) redactAddress(at + address);
    for (const { text } of words) redactWords(text, 500);
    const used = new Map(spy.mock.contexts.map((one) => [String(one), one as RegExp]));
    spy.mockRestore();
    expect(used.size).toBeGreaterThan(25);
    // What begins anew at each character, or can be read in two ways, and goes on without a bound is quadratic.
    const slow = [...used.values()].flatMap(({ source, flags }) =>
      analyse({ source, flags: flags.replace('y', '') }).reports.map(({ type }) => `${type}: /${source}/`),
    );
    expect(slow).toEqual([]);
  });
  it('no more than 16,000 characters of an address are looked at, and half a secret is none that is kept', () => {
    const long = `${at}/?${'a=1&'.repeat(4000)}`;
    expect(redactAddress(long)).toHaveLength(2000);
    const spaces = '%20'.repeat(5320);
    const cut = redactAddress(`${at}/?x=1&sql=${spaces}&k=ghp_${'a1B2'.repeat(9)}`);
    expect(cut).not.toContain('ghp_');
  });
});

describe('words', () => {
  it('are one line and cut', () => {
    expect(redactWords('  Purge\n\n  queue  ', 80)).toBe('Purge queue');
    expect(redactWords('x '.repeat(100), 80)).toHaveLength(80);
    expect(redactWords('Open https://a.example/?token=1 now', 80)).toBe(
      'Open https://a.example/?token=*** now',
    );
  });
  it('are kept where they are names of things', () => {
    for (const name of [
      'orders-eu-west-1',
      'Rotate keys',
      'kube-controller-manager-ip-10-0-0-1',
      'f1a0c0de00000002',
    ])
      expect(looksSecret(name), name).toBe(false);
  });
});
