import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { random, toBase64url } from '#shared/bytes.ts';
import type { Touch } from '#shared/domain/primitives.ts';
import { canonical } from '#shared/log/canonical.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { type Person, codeHash, fromDraft } from '../testing/person.ts';
import { refused } from '../testing/soft-browser.ts';
import { type Alterations, flag } from '../testing/soft-key.ts';
import { type TestServer, startServer } from '../testing/start.ts';

const newInvitation = () => codeHash(toBase64url(random(32)));

let server: TestServer;
let admin: Person;
let ana: Person;
beforeAll(async () => {
  server = await startServer();
  ({ admin } = server);
  ana = await server.person('ana', ['engineer', 'administrator']);
});
afterAll(() => server.remove());
// Refused attempts of one caller are logged up to twenty times a minute.
afterEach(() => server.clock.pass(60_000));

/** A good statement to invite somebody who is not known yet. */
let guests = 0;
const invitation = (by: Person = admin) =>
  by.statement('invitation', {
    handle: `guest-${guests++}`,
    roles: ['engineer'],
    invitation: newInvitation(),
  });
const invite = (touch: Touch, by: Person = admin) => call(by.send, wire.invite, { body: { touch } });

/** Sends a touch that must be refused, and asserts that it is logged and changes nothing. */
async function refusedInvite(touch: Touch, by: Person = admin): Promise<string> {
  return server.appends(['attempt.refused'], () => refused(invite(touch, by)));
}

describe('a touch over a statement', () => {
  test('works when all is right', async () => {
    await server.appends(['person.invited'], async () => invite(admin.key.touch(await invitation())));
  });

  test('case 1: a used one is refused and logged with who tried', async () => {
    const touch = admin.key.touch(await invitation());
    await server.appends(['person.invited'], () => invite(touch));
    expect(await refusedInvite(touch)).toBe('statement_used');
    expect(server.entries().at(-1)).toMatchObject({
      type: 'attempt.refused',
      body: { person: admin.id, why: 'statement_used', what: wire.invite.path },
    });
  });

  test('case 1: also of a sign-in, which names nobody but by its key', async () => {
    const signIn = async ({ key }: Person) => {
      const { log, nonce, expires, head } = await call(admin.send, wire.prepareSignIn, { body: {} });
      return key.touch({ type: 'sign-in', log, nonce, expires, head });
    };
    const touch = await signIn(admin);
    await call(admin.send, wire.signIn, { body: { touch } });
    await server.appends(['attempt.refused'], async () =>
      expect(await refused(call(admin.send, wire.signIn, { body: { touch } }))).toBe('statement_used'),
    );
    expect(server.entries().at(-1)).toMatchObject({
      body: { person: admin.id, why: 'statement_used', what: wire.signIn.path },
    });
    // A key that nobody here enrolled leaves no trace.
    const stranger = await signIn(server.stranger());
    await server.appends([], async () =>
      expect(await refused(call(admin.send, wire.signIn, { body: { touch: stranger } }))).toBe('key_unknown'),
    );
  });

  test('case 1: also of an activation, whose window has no sign-in', async () => {
    const browser = await ana.pair();
    const { id } = await ana.ask(browser, { console: 'queue', seconds: 900 });
    const { ticket, shown } = await ana.window(browser, id);
    const bad = ana.key.touch(ana.activation(shown), {
      signature: (bytes) => bytes.with(20, (bytes[20] ?? 0) ^ 1),
    });
    for (const why of ['touch_invalid', 'statement_used']) {
      await server.appends(['attempt.refused'], async () =>
        expect(await refused(call(ana.send, wire.activate, { body: { ticket, touch: bad } }))).toBe(why),
      );
      // No key of hers made it; that it came through the window of her browser is all that is known.
      expect(server.entries().at(-1)?.body).toEqual({ browser: browser.id, why, what: wire.activate.path });
    }
  });

  test("whoever knows a key's id writes nobody's name into the log", async () => {
    const draft = await call(admin.send, wire.prepareSignIn, { body: {} });
    const { log, nonce, expires, head } = draft;
    const genuine = admin.key.touch({ type: 'sign-in', log, nonce, expires, head });
    const stranger = server.stranger().key.touch({ type: 'sign-in', log, nonce, expires, head });
    const forged = [
      { ...genuine, signature: stranger.signature },
      { ...genuine, clientDataJSON: stranger.clientDataJSON, statement: `${genuine.statement} ` },
      { ...stranger, credential: admin.key.id },
    ];
    await server.appends([], async () => {
      for (const touch of forged) {
        await refused(call(admin.send, wire.signIn, { body: { touch } }));
        await refused(call(admin.send, wire.activate, { body: { ticket: newInvitation(), touch } }));
      }
    });
  });

  test('one that was caught and is sent again and again is one entry an hour', async () => {
    const { log, nonce, expires, head } = await call(admin.send, wire.prepareSignIn, { body: {} });
    const touch = admin.key.touch({ type: 'sign-in', log, nonce, expires, head });
    await call(admin.send, wire.signIn, { body: { touch } });
    const again = () => refused(call(admin.send, wire.signIn, { body: { touch } }));
    await server.appends(['attempt.refused'], async () => {
      for (let n = 0; n < 5; n += 1) expect(await again()).toBe('statement_used');
      server.clock.pass(60_000);
      await again();
    });
  });

  test('case 1: of two copies sent at once, one works', async () => {
    const touch = admin.key.touch(await invitation());
    const { size } = server.services.log;
    const results = await Promise.allSettled([invite(touch), invite(touch)]);
    const types = server.entries(size).map(({ type }) => type);
    expect(types.sort()).toEqual(['attempt.refused', 'person.invited']);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('case 1: one that failed cannot be tried again with another signature', async () => {
    const statement = await invitation();
    const bad = admin.key.touch(statement, { signature: (bytes) => bytes.with(20, (bytes[20] ?? 0) ^ 1) });
    expect(await refusedInvite(bad)).toBe('touch_invalid');
    expect(await refusedInvite(admin.key.touch(statement))).toBe('statement_used');
  });

  test('an expired one is refused', async () => {
    const statement = await invitation();
    server.clock.pass(120_001);
    expect(await refused(invite(admin.key.touch(statement)))).toBe('statement_expired');
  });

  test('a nonce that the server did not make, or another expiry with one that it made, is refused', async () => {
    const made = { ...(await invitation()), nonce: toBase64url(random(32)) };
    expect(await refused(invite(admin.key.touch(made)))).toBe('statement_expired');
    const longer = await invitation();
    expect(await refused(invite(admin.key.touch({ ...longer, expires: longer.expires + 1 })))).toBe(
      'statement_expired',
    );
  });

  test('one that names another head of the log than the page was given is refused', async () => {
    const statement = await invitation();
    const head = { ...statement.head, root: toBase64url(random(32)) };
    expect(await refusedInvite(admin.key.touch({ ...statement, head }))).toBe('statement_mismatch');
  });

  test('T30: one for another statement is refused', async () => {
    const [one, other] = [await invitation(), await invitation()];
    const touch = { ...admin.key.touch(one), statement: canonical(other) };
    expect(await refusedInvite(touch)).toBe('touch_invalid');
    const draft = await call(admin.send, wire.prepareSignIn, { body: {} });
    expect(await refusedInvite(admin.key.touch({ type: 'sign-in', ...fromDraft(draft) }))).toBe(
      'statement_mismatch',
    );
    expect(
      await refused(call(admin.send, wire.signIn, { body: { touch: admin.key.touch(await invitation()) } })),
    ).toBe('statement_mismatch');
  });

  test('of another log is refused', async () => {
    const statement = { ...(await invitation()), log: 'localhost:1/1' };
    expect(await refusedInvite(admin.key.touch(statement))).toBe('statement_mismatch');
  });

  test.each<[string, (text: string) => string]>([
    ['with a space in it', (text) => text.replace(':', ': ')],
    [
      'with its members in another order',
      (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text) as object).reverse())),
    ],
    ['with an escape where none is needed', (text) => text.replace('"type"', '"\\u0074ype"')],
    ['with a member twice', (text) => text.replace('{', '{"actor":"AAAAAAAAAAAAAAAAAAAAAA",')],
    ['with a member that it does not have', (text) => text.replace(/\}$/, ',"zzz":1}')],
    ['with __proto__', (text) => text.replace('{', '{"__proto__":{},')],
    ['without a member', (text) => text.replace(/"roles":\[[^\]]*\],/, '')],
    ['that is a list', (text) => `[${text}]`],
    ['that is no JSON', (text) => text.slice(1)],
  ])('%s is refused, although its signature holds', async (_, change) => {
    const text = canonical(await invitation());
    const changed = change(text);
    expect(changed).not.toBe(text);
    expect(await refusedInvite(admin.key.touch(changed))).toBe('statement_mismatch');
  });

  test("case 5: one by somebody else's key is refused, whoever it names", async () => {
    const statement = await invitation();
    const tries = [
      // Ana's key, under the administrator's name.
      ana.key.touch({ ...statement, credential: ana.key.id }),
      // Ana's key, with the administrator's named as the one that signed.
      ana.key.touch(statement, { credential: admin.key.id }),
      // Ana's whole statement in the administrator's session.
      ana.key.touch(await invitation(ana)),
    ];
    const codes: string[] = [];
    for (const touch of tries) codes.push(await refusedInvite(touch));
    expect(codes).toEqual(['key_unknown', 'touch_invalid', 'statement_mismatch']);
    expect(await refusedInvite(admin.key.touch(await invitation()), ana)).toBe('statement_mismatch');
  });

  test('a key that is not enrolled is refused', async () => {
    const stranger = server.stranger();
    const statement = { ...(await invitation()), credential: stranger.key.id };
    expect(await refusedInvite(stranger.key.touch(statement))).toBe('key_unknown');
    expect(await refused(stranger.signIn())).toBe('key_unknown');
  });

  const mutations: [string, Alterations][] = [
    ['case 2: another origin', { origin: 'https://evil.example' }],
    ['case 2: the extension as origin', { origin: 'chrome-extension://apimfhcinbcanhfbokjmolpbjepfekaf' }],
    ['case 2: another rpId', { rpId: 'evil.example' }],
    ['case 3: crossOrigin', { crossOrigin: true }],
    ['case 3: topOrigin', { topOrigin: 'https://evil.example' }],
    ['case 4: UP=0', { flags: flag.UV }],
    ['case 4: UV=0', { flags: flag.UP }],
    ['case 4: BS without BE', { flags: flag.UP | flag.UV | flag.BS }],
    ['the type of a registration', { type: 'webauthn.create' }],
    ['another challenge', { challenge: toBase64url(random(32)) }],
  ];
  test.each(mutations)('%s is refused by the route', async (_, alter) => {
    expect(await refusedInvite(admin.key.touch(await invitation(), alter))).toBe('touch_invalid');
  });

  test('case 6: a counter that does not go up is refused as a copied key, and logged', async () => {
    const ben = await server.person('ben', ['administrator']);
    await invite(ben.key.touch(await invitation(ben), { counter: 50 }), ben);
    expect(await refusedInvite(ben.key.touch(await invitation(ben), { counter: 50 }), ben)).toBe(
      'key_cloned',
    );
    expect(server.entries().at(-1)).toMatchObject({ body: { person: ben.id, why: 'key_cloned' } });
    // Administrators see it beside the person, and whoever owns the key beside the key.
    const { people } = await call(admin.send, wire.listPeople, {});
    const at = expect.any(Number) as number;
    expect(people.filter(({ keyCopied }) => keyCopied)).toMatchObject([{ id: ben.id, keyCopied: at }]);
    expect((await call(ben.send, wire.me, {})).keys).toMatchObject([{ id: ben.key.id, copied: at }]);
    expect(await refusedInvite(ben.key.touch(await invitation(ben), { counter: 49 }), ben)).toBe(
      'key_cloned',
    );
    await invite(ben.key.touch(await invitation(ben), { counter: 51 }), ben);
  });

  test('case 6: two touches that arrive in another order than they were made are no copy', async () => {
    const dora = await server.person('dora', ['administrator']);
    const [first, second] = [await invitation(dora), await invitation(dora)];
    const touches = [dora.key.touch(first), dora.key.touch(second)];
    for (const touch of touches.reverse()) await invite(touch, dora);
    // What is handed out from here on has to be above both.
    const { counter } = dora.key;
    for (const low of [counter, counter - 1])
      expect(await refusedInvite(dora.key.touch(await invitation(dora), { counter: low }), dora)).toBe(
        'key_cloned',
      );
    await invite(dora.key.touch(await invitation(dora), { counter: counter + 1 }), dora);
  });

  test('case 6: the counters of a key that may be synced are ignored, each device has its own', async () => {
    const finn = await server.person('finn', ['administrator'], { synced: true });
    for (const counter of [9, 4, 4, 0])
      await server.appends(['person.invited'], async () =>
        invite(finn.key.touch(await invitation(finn), { counter }), finn),
      );
  });

  test('case 6: sign-ins move the counter too', async () => {
    const cleo = await server.person('cleo', ['administrator']);
    const draft = await call(cleo.send, wire.prepareSignIn, { body: {} });
    const touch = cleo.key.touch({ type: 'sign-in', ...fromDraft(draft) }, { counter: 90 });
    await call(cleo.send, wire.signIn, { body: { touch } });
    expect(await refusedInvite(cleo.key.touch(await invitation(cleo), { counter: 90 }), cleo)).toBe(
      'key_cloned',
    );
  });

  test('case 10: a stolen cookie without the key does nothing that counts', async () => {
    const thief = server.stranger();
    thief.cookie = admin.cookie;
    thief.id = admin.id;
    const statement = { ...(await invitation(thief)), credential: admin.key.id };
    expect(await refusedInvite(thief.key.touch(statement, { credential: admin.key.id }), thief)).toBe(
      'touch_invalid',
    );
    const own = { ...(await invitation(thief)), credential: thief.key.id };
    expect(await refusedInvite(thief.key.touch(own), thief)).toBe('key_unknown');
  });

  test('a flood of refused attempts is logged twenty times a minute', async () => {
    const touch = admin.key.touch({ ...(await invitation()), log: 'elsewhere/1' });
    const { size } = server.services.log;
    for (let times = 0; times < 25; times++) expect(await refused(invite(touch))).toBe('statement_mismatch');
    expect(server.entries(size)).toHaveLength(20);
  });
});
