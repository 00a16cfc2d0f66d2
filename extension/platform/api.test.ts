import { afterEach, expect, test, vi } from 'vitest';
import { nonce } from '#shared/domain/browsers/wire.ts';
import { protocol, protocolHeader } from '#shared/wire/protocol.ts';
import { callOpen } from './api.ts';

afterEach(() => vi.unstubAllGlobals());

const body = JSON.stringify({ nonce: 'n', now: 1 });
/** What comes of a call that is answered like this. */
async function outcome(text: string, init: ResponseInit): Promise<string> {
  const fetched = vi.fn((_address: string, _options: RequestInit) =>
    Promise.resolve(new Response(text, init)),
  );
  vi.stubGlobal('fetch', fetched);
  const said = await callOpen('https://cs.example.com', nonce, {}).then(
    () => 'answered',
    (error: { code?: string }) => error.code ?? 'another error',
  );
  expect(fetched.mock.calls[0]?.[1].headers).toMatchObject({ [protocolHeader]: String(protocol) });
  return said;
}
const json = { 'Content-Type': 'application/json; charset=UTF-8' };

test('case 76: a server that says nothing of its protocol, or an older one, is not worked with', async () => {
  expect(await outcome(body, { headers: json })).toBe('server_outdated');
  expect(await outcome(body, { headers: { ...json, [protocolHeader]: '0' } })).toBe('server_outdated');
  expect(await outcome('{}', { status: 403, headers: { ...json, [protocolHeader]: '0' } })).toBe(
    'server_outdated',
  );
});

test('one that says this protocol, or a newer one, is', async () => {
  for (const said of [protocol, protocol + 1])
    expect(await outcome(body, { headers: { ...json, [protocolHeader]: String(said) } })).toBe('answered');
});

test('what answers in the server’s place is not taken for an old server', async () => {
  const page = { 'Content-Type': 'text/html' };
  expect(await outcome('<h1>Sign in to the Wi-Fi</h1>', { headers: page })).toBe('unreachable');
  expect(await outcome('<h1>Bad gateway</h1>', { status: 502, headers: page })).toBe('unreachable');
  expect(await outcome('{"error": "no upstream"}', { status: 502, headers: json })).toBe('unreachable');
});
