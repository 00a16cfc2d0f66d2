import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { random, toBase64url } from '#shared/bytes.ts';
import type { StatementOf } from '#shared/domain/statements.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { type Person, codeHash, fromDraft } from '../testing/person.ts';
import { refused } from '../testing/soft-browser.ts';
import { packedBy } from '../testing/attestation.ts';
import { SoftKey } from '../testing/soft-key.ts';
import { type TestServer, startBare, startServer } from '../testing/start.ts';

describe('set-up', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startBare();
  });
  afterAll(() => server.remove());

  test('before it, every route that needs a person or a browser says 401', async () => {
    for (const route of Object.values(wire)) {
      if (route.auth === 'anybody') continue;
      const path = route.path.replace(/:\w+/g, 'AAAAAAAAAAAAAAAAAAAAAA');
      expect((await server.admin.send({ method: route.method, path, body: '{}' })).status, route.path).toBe(
        401,
      );
    }
    expect(server.services.log.size).toBe(0);
  });

  test('a wrong code opens nothing', async () => {
    const stranger = server.stranger();
    for (const code of [toBase64url(random(32)), `${server.services.setup.code ?? ''}A`, 'x'.repeat(30)])
      expect(await refused(call(stranger.send, wire.openEnrolment, { body: { code } }))).toBe('link_unknown');
  });

  test('the link enrols the first administrator once, and the first entries are genesis and policy', async () => {
    const code = server.services.setup.code ?? '';
    const { genesis, person } = await server.appends(['genesis', 'policy.loaded'], () =>
      server.admin.enrol(code),
    );
    expect(genesis).toBe(server.services.log.genesis);
    expect(genesis).toHaveLength(43);
    expect(person).toMatchObject({ handle: 'root', status: 'active', keys: 1 });
    expect(await call(server.admin.send, wire.about, {})).toMatchObject({ setUp: true, genesis });
    await server.appends([], async () =>
      expect(await refused(server.stranger().enrol(code))).toBe('link_unknown'),
    );
  });

  test('after a restart nobody can set it up again, and sign-in works', async () => {
    await server.stop();
    await server.start();
    expect(server.services.setup.code).toBeUndefined();
    expect((await server.admin.signIn()).person.handle).toBe('root');
  });
});

describe('people and keys', () => {
  let server: TestServer;
  let ana: Person;
  beforeAll(async () => {
    server = await startServer();
    ana = await server.person('ana', ['engineer']);
  });
  afterAll(() => server.remove());

  test('an invitation enrols one person once', async () => {
    const { admin } = server;
    const code = await server.appends(['person.invited'], () => admin.invite('ben', ['approver']));
    const ben = server.stranger('ben');
    await server.appends(['key.enrolled'], () => ben.enrol(code));
    expect((await call(ben.send, wire.me, {})).person).toMatchObject({ handle: 'ben', roles: ['approver'] });
    await server.appends([], async () =>
      expect(await refused(server.stranger('ben').enrol(code))).toBe('link_used'),
    );
  });

  test('a lost invitation: another link takes its place, and nothing else changes', async () => {
    const lost = await server.admin.invite('nils', ['engineer']);
    const { people } = await call(server.admin.send, wire.listPeople, {});
    const { id } = people.find(({ handle }) => handle === 'nils') ?? { id: '' };
    const code = await server.appends(['person.reset'], () => server.admin.reset(id));
    const nils = server.stranger('nils');
    await server.appends([], async () => expect(await refused(nils.enrol(lost))).toBe('link_used'));
    await server.appends(['key.enrolled'], () => nils.enrol(code));
    expect((await call(nils.send, wire.me, {})).person).toMatchObject({ id, roles: ['engineer'], keys: 1 });
  });

  test('a first key whose attestation is odd is enrolled as unattested, with the cause for whoever runs the server', async () => {
    const warned = vi.spyOn(server.services.logger, 'warn');
    const code = await server.admin.invite('odd', ['engineer']);
    const odd = server.stranger('odd', { attestation: await packedBy({ ca: true }) });
    await server.appends(['key.enrolled'], () => odd.enrol(code));
    expect((await call(odd.send, wire.me, {})).keys).toMatchObject([{ kind: 'unattested' }]);
    expect(warned.mock.calls).toEqual([
      [
        expect.objectContaining({ key: odd.key.id, cause: expect.stringMatching(/CA was not/) as string }),
        expect.any(String),
      ],
    ]);
    warned.mockRestore();
  });

  test('a first key that cannot be taken is refused in words for somebody who has none yet', async () => {
    const code = await server.admin.invite('late', ['engineer']);
    const late = server.stranger('late', { algorithm: 'Ed448' });
    await server.appends([], async () => {
      const refusal = await late.enrol(code).catch((error: unknown) => error);
      expect(refusal).toMatchObject({
        code: 'touch_invalid',
        message: expect.stringMatching(/not enrolled/) as string,
      });
    });
  });

  test('an invitation is for the handle it names, and ends after a week', async () => {
    const code = await server.admin.invite('cleo', ['approver']);
    const other = server.stranger('clara');
    await server.appends([], async () => expect(await refused(other.enrol(code))).toBe('statement_mismatch'));
    server.clock.pass(7 * 86_400_000 + 1000);
    expect(await refused(server.stranger('cleo').enrol(code))).toBe('link_expired');
    await server.admin.signIn();
    await ana.signIn();
  });

  test('a handle that is taken is refused', async () => {
    await server.appends([], async () =>
      expect(await refused(server.admin.invite('ana', ['engineer']))).toBe('person_exists'),
    );
  });

  test('two people who enrol by one link at once become one', async () => {
    const code = await server.admin.invite('dora', ['engineer']);
    const [one, two] = [server.stranger('dora'), server.stranger('dora')];
    const results = await Promise.allSettled([one.enrol(code), two.enrol(code)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('case 7: a key that is enrolled is refused, also for somebody else and after its removal', async () => {
    const code = await server.admin.invite('eve', ['engineer']);
    const eve = server.stranger('eve');
    eve.key = ana.key;
    await server.appends([], async () => expect(await refused(eve.enrol(code))).toBe('key_exists'));
    const second = await ana.addKey();
    const touch = await ana.touch('key-removal', { removed: second.id });
    await server.appends(['key.removed'], () => call(ana.send, wire.removeKey, { body: { touch } }));
    eve.key = second;
    expect(await refused(eve.enrol(code))).toBe('key_exists');
  });

  test('case 7: a credential id of 1,023 bytes enrols and signs in, one of 1,024 does not', async () => {
    const long = await server.person('long', ['engineer'], { idLength: 1023 });
    expect((await long.signIn()).person.handle).toBe('long');
    const longer = server.stranger('longer', { idLength: 1024 });
    const code = await server.admin.invite('longer', ['engineer']);
    await server.appends([], async () => expect(await refused(longer.enrol(code))).toBe('invalid_input'));
  });

  test('case 8: a key is added by a touch of an enrolled one', async () => {
    const added = await server.appends(['key.enrolled'], () => ana.addKey({ algorithm: 'Ed25519' }));
    const first = ana.key;
    ana.key = added;
    expect((await ana.signIn()).person.handle).toBe('ana');
    ana.key = first;
  });

  test('case 8: without one, or with a touch by the new key itself, it is refused', async () => {
    const added = new SoftKey(ana.place);
    const made = { ...added.register(), label: 'Mine' };
    const enrolment = await ana.statement('enrolment', { handle: 'ana', invitation: '' });
    const touch = added.touch({ ...enrolment, credential: added.id });
    const bodies = [
      { ...made, touch },
      {
        ...made,
        touch,
        addition: added.touch({
          ...(await ana.statement('key-addition', { added: added.id })),
          credential: added.id,
        }),
      },
      // For another key than the one that comes with it.
      { ...made, touch, addition: await ana.touch('key-addition', { added: new SoftKey(ana.place).id }) },
    ];
    const codes: (string | undefined)[] = [];
    for (const body of bodies) {
      const { text } = await ana.send({ method: 'POST', path: wire.addKey.path, body: JSON.stringify(body) });
      codes.push((JSON.parse(text) as { error?: { code: string } }).error?.code);
    }
    expect(codes).toEqual(['invalid_input', 'key_unknown', 'statement_mismatch']);
    expect(server.services.log.state.get('key', added.id)).toBeUndefined();
  });

  test('case 8: the last key stays', async () => {
    const fay = await server.person('fay', ['engineer']);
    const touch = await fay.touch('key-removal', { removed: fay.key.id });
    await server.appends([], async () =>
      expect(await refused(call(fay.send, wire.removeKey, { body: { touch } }))).toBe('key_last'),
    );
  });

  test("somebody else's key cannot be removed", async () => {
    const touch = await ana.touch('key-removal', { removed: server.admin.key.id });
    await server.appends(['attempt.refused'], async () =>
      expect(await refused(call(ana.send, wire.removeKey, { body: { touch } }))).toBe('not_found'),
    );
  });

  test('a removed key no longer signs in, and its sign-in ends', async () => {
    const gus = await server.person('gus', ['engineer']);
    const second = await gus.addKey();
    const lost = gus.key;
    const stolen = gus.cookie;
    gus.key = second;
    gus.cookie = ''; // in another browser
    await gus.signIn();
    await call(gus.send, wire.removeKey, {
      body: { touch: await gus.touch('key-removal', { removed: lost.id }) },
    });
    gus.key = lost;
    expect(await refused(gus.signIn())).toBe('key_unknown');
    gus.cookie = stolen;
    expect(await refused(call(gus.send, wire.me, {}))).toBe('signed_out');
  });

  test('the last administrator cannot be disabled or lose the role', async () => {
    const { admin } = server;
    await server.appends([], async () => {
      expect(await refused(admin.disable(admin.id))).toBe('last_administrator');
      expect(await refused(admin.changeRoles(admin.id, ['engineer']))).toBe('last_administrator');
    });
  });

  test('roles change by a touched statement and apply at once', async () => {
    const { admin } = server;
    const hal = await server.person('hal', ['engineer']);
    expect(await refused(call(hal.send, wire.listPeople, {}))).toBe('forbidden');
    await server.appends(['person.roles-changed'], () => admin.changeRoles(hal.id, ['engineer', 'auditor']));
    expect((await call(hal.send, wire.listPeople, {})).people.length).toBeGreaterThan(1);
  });

  test('case 9: a reset ends keys, sign-ins, browsers and grants, and the code lets them enrol anew', async () => {
    const { admin } = server;
    const ida = await server.person('ida', ['engineer']);
    const browser = await ida.pair();
    const request = await ida.ask(browser, { console: 'queue', seconds: 900 });
    await ida.activate(browser, request.id);
    const code = await server.appends(['person.reset', 'grant.ended'], () => admin.reset(ida.id));
    expect(await refused(call(ida.send, wire.me, {}))).toBe('signed_out');
    expect(await refused(ida.signIn())).toBe('key_unknown');
    expect(await refused(browser.renew())).toBe('browser_unknown');
    expect(
      server.services.log.state.get('grant', [...server.services.log.state.all('grant')].at(-1)?.[0] ?? '')
        ?.status,
    ).toBe('ended');
    ida.key = new SoftKey(ida.place);
    await server.appends(['key.enrolled'], () => ida.enrol(code));
    expect((await call(ida.send, wire.me, {})).person).toMatchObject({ status: 'active', keys: 1 });
  });

  test('case 9: nobody resets themselves', async () => {
    await server.appends([], async () =>
      expect(await refused(server.admin.reset(server.admin.id))).toBe('forbidden'),
    );
  });

  test('a disabled person is out, and comes back only by a reset and a new key', async () => {
    const { admin } = server;
    const jo = await server.person('jo', ['engineer']);
    await server.appends(['person.disabled'], () => admin.disable(jo.id));
    expect(await refused(jo.signIn())).toBe('disabled');
    await server.appends([], async () => expect(await refused(admin.disable(jo.id))).toBe('disabled'));
    const code = await server.appends(['person.reset'], () => admin.reset(jo.id));
    expect(await refused(jo.signIn())).toBe('key_unknown');
    expect(await refused(jo.enrol(code))).toBe('key_exists');
    jo.key = new SoftKey(jo.place);
    await jo.enrol(code);
    expect((await call(jo.send, wire.me, {})).person.status).toBe('active');
  });

  test('two administrators who reset each other at once leave one', async () => {
    const { admin } = server;
    const other = await server.person('ops', ['administrator']);
    const results = await Promise.allSettled([admin.reset(other.id), other.reset(admin.id)]);
    const active = [...server.services.log.state.all('person')].filter(
      ([, p]) => p.status === 'active' && p.roles.includes('administrator'),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(active).toHaveLength(1);
    if (active[0]?.[0] === other.id) {
      // The suite goes on with whoever is left.
      server.admin.key = other.key;
      server.admin.id = other.id;
      await server.admin.signIn();
    }
  });

  test('signing out ends the cookie', async () => {
    const kim = await server.person('kim', ['engineer']);
    const { cookie } = kim;
    await server.appends([], () => call(kim.send, wire.signOut, { body: {} }));
    kim.cookie = cookie;
    expect(await refused(call(kim.send, wire.me, {}))).toBe('signed_out');
  });

  test('a sign-in ends after two idle hours and after twelve in any case', async () => {
    const lea = await server.person('lea', ['engineer']);
    server.clock.pass(119 * 60_000);
    expect((await call(lea.send, wire.me, {})).person.handle).toBe('lea');
    server.clock.pass(121 * 60_000);
    expect(await refused(call(lea.send, wire.me, {}))).toBe('signed_out');
    await lea.signIn();
    for (let hours = 1; hours < 12; hours++) {
      server.clock.pass(3_600_000);
      await call(lea.send, wire.me, {});
    }
    server.clock.pass(3_600_000);
    expect(await refused(call(lea.send, wire.me, {}))).toBe('signed_out');
    await Promise.all([server.admin.signIn(), ana.signIn()]);
  });

  test('the cookie is for this host alone and out of reach of scripts', async () => {
    const draft = await call(ana.send, wire.prepareSignIn, { body: {} });
    const touch = ana.key.touch({ type: 'sign-in', ...fromDraft(draft) } satisfies StatementOf<'sign-in'>);
    const answer = await fetch(server.origin + wire.signIn.path, {
      method: 'POST',
      headers: { origin: server.origin, 'content-type': 'application/json' },
      body: JSON.stringify({ touch }),
    });
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^__Host-countersign=[\w-]{43};/);
    for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/'])
      expect(cookie).toContain(attribute);
    expect(cookie).not.toContain('Domain');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('the database holds no cookie and no one-time code', async () => {
    const code = await server.admin.invite('max', ['engineer']);
    const token = ana.cookie.split('=')[1] ?? '';
    const { db } = server.services;
    const rows = JSON.stringify([
      await db.selectFrom('sign_ins').selectAll().execute(),
      server.entries().filter(({ type }) => type === 'person.invited'),
    ]);
    expect(token).toHaveLength(43);
    expect(rows).not.toContain(token);
    expect(rows).not.toContain(code);
    expect(rows).toContain(codeHash(code));
  });
});
