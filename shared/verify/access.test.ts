import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId, random, toBase64url, utf8 } from '#shared/bytes.ts';
import { encodeEntry } from '#shared/log/codec.ts';
import type { Body } from '#shared/domain/entries.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { signedHash } from '#shared/domain/signing.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { type Forged, Forgery } from '../../server/testing/forgery.ts';
import type { Person } from '../../server/testing/person.ts';
import { type Story, tellStory } from '../../server/testing/scenario.ts';

// As in forged.test.ts, every entry is sealed anew with the true log key.
let story: Story;
let log: Forgery;
beforeAll(async () => {
  story = await tellStory();
  log = new Forgery(story.server);
});
afterAll(() => story.server.remove());

describe('requests, policy and grants', () => {
  test('an ask is by the browser of whoever asks', async () => {
    const other = log.bodyOf('request.asked', 1);
    await log.expectRed(
      log.change('request.asked', 0, (body) => {
        body.ask.text = body.ask.text.replace('"seconds":1800', '"seconds":3600');
      }),
      /its hash is of another ask/,
    );
    await log.expectRed(
      log.change('request.asked', 0, (body) => {
        body.ask.text = body.ask.text.replace('"seconds":1800', '"seconds":1799');
        body.hash = signedHash('ask', body.ask.text);
      }),
      /signature over its ask does not hold/,
    );
    await log.expectRed(
      log.append('request.asked', { ...other, request: newId() }),
      /same ask was made before/,
    );
    await log.expectRed(
      log.change('request.asked', 0, (body) => {
        body.person = { ...body.person, id: story.ben.id, handle: 'ben' };
      }),
      /of somebody else/,
    );
  });

  test.each<[string, (body: Body<'request.asked'>) => void, RegExp]>([
    ['who decides', (b) => void (b.decides = 'nobody'), /gives another answer/],
    ['the eligibility', (b) => void (b.eligibility = 'queue-self-approved'), /gives another answer/],
    ['the roles of who asks', (b) => void b.person.roles.push('administrator'), /recorded otherwise/],
    ['the policy', (b) => void (b.policy = toBase64url(random(32))), /not in force/],
    ['its hash', (b) => void (b.hash = toBase64url(random(32))), /of another ask/],
  ])('a forged answer of policy is red: %s', async (_, by, reason) => {
    await log.expectRed(log.change('request.asked', 0, by), reason);
  });

  test('a policy that was never loaded decides nothing', async () => {
    await log.expectRed(
      log.change('policy.loaded', 0, (body) => {
        body.text = body.text.replace("['role:approver']", 'nobody');
      }),
      /not what its hash names/,
    );
    const { entries } = log.change('policy.loaded', 0, (body) => {
      body.text = body.text.replace("['role:approver']", 'nobody');
      body.hash = toBase64url(sha256(utf8(body.text)));
    });
    // The invitation is the first touch after it, and whoever touched had seen the true one.
    await log.expectRed({ index: 2, entries }, /another history/);
  });

  test('a policy is in force from its own entry on, and the one before no longer', async () => {
    const text = `${log.bodyOf('policy.loaded').text}# the same, with a remark\n`;
    const loaded = { text, hash: toBase64url(sha256(utf8(text))) };
    const { entries } = log.append('policy.loaded', loaded);
    expect((await log.verify(await log.seal(entries))).verdict.state).toBe('ok');
    // The same policy put in before the last approval, which names the one before.
    const index = log.find('request.decided', -1);
    const early = encodeEntry('policy.loaded', log.read(index).time, loaded);
    await log.expectRed(
      { index: index + 1, entries: log.entries.toSpliced(index, 0, early) },
      /not in force then/,
    );
  });

  test('a policy that this version cannot read leaves what follows unknown', async () => {
    const text = 'version: 2\n';
    const { index, entries } = log.append('policy.loaded', { text, hash: toBase64url(sha256(utf8(text))) });
    const { verdict } = await log.verify(await log.seal(entries));
    expect(verdict).toMatchObject({ state: 'unknown', entry: index });
  });

  const lastTime = (of: Forgery) => of.read(of.entries.length - 1).time;
  /** What every statement at the end of a log has. */
  const common = (of: Forgery, { id, key }: Person) => ({
    log: of.key.key.name,
    nonce: toBase64url(random(32)),
    expires: lastTime(of) + 120_000,
    head: of.head,
    actor: id,
    credential: key.id,
  });

  /** An approval, by the touch of this person, of what Ben himself asked; it still waits. */
  function approvalBy(who: Person): Forged {
    const own = log.entries
      .map((_, index) => log.read(index))
      .flatMap(({ type, body }) => (type === 'request.asked' ? [body] : []))
      .find(({ person }) => person.id === story.ben.id);
    if (!own) throw new Error('Ben asked for nothing');
    const terms = { console: 'vault', level: 'change', until: lastTime(log) + 600_000 } as const;
    const { request, policy, hash: requestHash, person } = own;
    const touch = who.key.touch({
      ...common(log, who),
      type: 'decision',
      request,
      requestHash,
      requester: person.id,
      policy,
      decision: 'approve',
      terms,
      reason: '',
    });
    const { id, handle } = who;
    const roles = who === story.ana ? (['engineer'] as const) : (['engineer', 'approver'] as const);
    const approver = { id, handle, roles: [...roles] };
    return log.append('request.decided', {
      request,
      decision: 'approve',
      grant: newId(),
      terms,
      approver,
      policy,
      touch,
    });
  }

  test('nobody decides on their own request, and nobody whom policy does not name', async () => {
    await log.expectRed(approvalBy(story.ben), /their own request/);
    await log.expectRed(approvalBy(story.ana), /does not let ana decide this/);
  });

  test('an own touch starts only what nobody decides, and for no longer than was asked', async () => {
    const { server } = story;
    const { admin } = server;
    const browser = await admin.pair();
    for (const [console, minutes, reason] of [
      ['vault', 10, /wants somebody to decide this/],
      ['queue', 10, undefined],
      ['queue', 60, /for longer than asked/],
    ] as const) {
      const { id: request } = await admin.ask(browser, { console, seconds: 900 });
      const later = new Forgery(server);
      const { hash: requestHash, policy } = later.bodyOf('request.asked', -1);
      const terms = { console, level: 'change', until: lastTime(later) + minutes * 60_000 } as const;
      const touch = admin.key.touch({
        ...common(later, admin),
        type: 'activation',
        request,
        requestHash,
        browserKey: browser.publicKey,
        policy,
        terms,
        basis: 'self-approved',
        extends: '',
      });
      const basis = 'self-approved' as const;
      const body = { session: newId(), grant: newId(), request, basis, terms, touch };
      const forged = later.append('session.started', body);
      if (reason) await later.expectRed(forged, reason);
      else expect((await later.verify(await later.seal(forged.entries))).verdict.state).toBe('ok');
      const withdrawal = browser.withdrawal(request);
      await call(browser.send, wire.withdraw, { params: { request }, body: { withdrawal } });
    }
  });

  test('what was approved starts on the terms of the approval and on no others', async () => {
    const { ana, server } = story;
    const { request, grant = '', terms: approved } = log.bodyOf('request.decided', -1);
    const { hash: requestHash, browser = '' } = server.services.log.state.get('request', request) ?? {};
    const { publicKey: browserKey = '' } = server.services.log.state.get('browser', browser) ?? {};
    if (!approved || requestHash === undefined) throw new Error('the story does not end with an approval');
    const start = (terms: typeof approved): Forged => {
      const { hash: policy } = log.bodyOf('policy.loaded');
      const said = { request, requestHash, browserKey, policy, terms, basis: 'approved', extends: '' };
      const touch = ana.key.touch({ ...common(log, ana), type: 'activation', ...said });
      return log.append('session.started', {
        session: newId(),
        grant,
        request,
        basis: 'approved',
        terms,
        touch,
      });
    };
    expect((await log.verify(await log.seal(start(approved).entries))).verdict.state).toBe('ok');
    for (const other of [
      { until: approved.until + 60_000 },
      { level: 'change' },
      { console: 'queue' },
    ] as const)
      await log.expectRed(start({ ...approved, ...other }), /other terms than were approved/);
  });

  test("the grant of one request does not start another's session", async () => {
    const other = log.bodyOf('request.decided', -1).grant ?? '';
    const forged = log.change('session.started', 0, (body) => {
      body.grant = other;
    });
    await log.expectRed(forged, /there is no grant/);
  });

  test('what is decided is decided, and what ended has ended', async () => {
    const end = log.bodyOf('grant.ended', -1);
    await log.expectRed(log.append('grant.ended', end), /ended before/);
    await log.expectRed(log.append('grant.ended', { ...end, grant: newId() }), /there is no grant/);
    await log.expectRed(
      log.append('request.expired', { request: log.bodyOf('request.asked').request }),
      /did not wait any more/,
    );
  });

  test('handing back is signed by the browser', async () => {
    await log.expectRed(
      log.change('grant.ended', 0, (body) => {
        delete body.end;
      }),
      /only handing back is signed/,
    );
    await log.expectRed(
      log.change('grant.ended', 0, (body) => {
        if (body.end) body.end.text = body.end.text.replace(/"at":\d+/, '"at":1');
      }),
      /signature over its end/,
    );
  });

  test('an approval that is left out is missed', async () => {
    const { index, entries } = log.drop('request.decided');
    await log.expectRed({ index, entries }, /more entries than the log has/);
  });
});

describe('actions', () => {
  test('a batch that is left out is missed', async () => {
    await log.expectRed(log.drop('actions.recorded', 0), /batch 0 of this browser is missing/);
    const { entries } = log.drop('actions.recorded', 1);
    // The next touch is Ben's for more time: he had seen the log with the batch in it.
    await log.expectRed(
      { index: log.find('request.decided', 1) - 1, entries },
      /more entries than the log has/,
    );
  });

  test('a batch is exactly what the browser signed', async () => {
    await log.expectRed(
      log.change('actions.recorded', 0, (body) => {
        body.batch.text = body.batch.text.replace('"trusted":true', '"trusted":false');
      }),
      /signature over its batch/,
    );
    await log.expectRed(
      log.change('actions.recorded', 2, (body) => {
        body.violations = [];
      }),
      /names other actions as violations/,
    );
    await log.expectRed(
      log.change('actions.recorded', 0, (body) => {
        body.browser = log.bodyOf('browser.paired', 0).browser.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'));
      }),
      /there is no browser/,
    );
  });
});
