import { type Authority, byTouch } from '#shared/domain/people/entries.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId, random, toBase64url, utf8 } from '#shared/bytes.ts';
import type { Body, EntryType } from '#shared/domain/entries.ts';
import { canonical } from '#shared/log/canonical.ts';
import { type StatementOf, statement as statementSchema } from '#shared/domain/statements.ts';
import { type Forged, Forgery } from '../../server/testing/forgery.ts';
import { type Alterations, SoftKey, flag } from '../../server/testing/soft-key.ts';
import { type Story, tellStory } from '../../server/testing/scenario.ts';

/**
 * A server that lies holds the log's key: it hashes and signs whatever it likes. Every entry here is sealed anew with
 * the true key, so what catches the lie is what people and browsers signed.
 */
let story: Story;
let log: Forgery;
beforeAll(async () => {
  story = await tellStory();
  log = new Forgery(story.server);
});
afterAll(() => story.server.remove());

/** The story's last entry is Ben's approval, and Ben's key is at hand: here he himself signs something else. */
function bySigning(
  change: (statement: StatementOf<'decision'>) => object,
  alter: Alterations = {},
  key?: SoftKey,
) {
  return log.change('request.decided', -1, (body) => {
    const honest = statementSchema.parse(JSON.parse(body.touch.statement)) as StatementOf<'decision'>;
    const said = { ...honest, ...change(honest) };
    body.touch = (key ?? story.ben.key).touch(said, alter);
    if (body.decision === 'approve') body.terms = said.terms;
  });
}

test('signing the same again holds, so that what follows fails for its one difference', async () => {
  const { entries } = bySigning(() => ({}));
  expect((await log.verify(await log.seal(entries))).verdict.state).toBe('ok');
});

/** The touch behind a change of people. */
function touchBehind({ authority }: { authority: Authority }) {
  if (authority.kind !== 'touch') throw new Error('it is by the host');
  return authority.touch;
}

describe('touches', () => {
  test.each<[string, Alterations, RegExp]>([
    ['without user verification', { flags: flag.UP }, /did not verify who touched/],
    ['without a touch', { flags: flag.UV }, /was not touched/],
    ['of a copy that cannot be copied', { flags: flag.UP | flag.UV | flag.BS }, /flags on copies/],
    ['for another site', { rpId: 'evil.example' }, /another site/],
    ['on another site', { origin: 'https://evil.example' }, /not made on/],
    ['in a frame', { crossOrigin: true }, /frame of another site/],
    ['under another site', { topOrigin: 'https://evil.example' }, /frame of another site/],
    ['of a registration', { type: 'webauthn.create' }, /not of type webauthn.get/],
    ['over another challenge', { challenge: toBase64url(new Uint8Array(32)) }, /over another statement/],
    ['with a changed signature', { signature: (s) => s.with(40, (s[40] ?? 0) ^ 1) }, /does not hold/],
    ['with changed data', { sentData: (d) => d.with(36, (d[36] ?? 0) ^ 1) }, /does not hold/],
    ['naming another credential', { credential: 'AAAA' }, /by another key than it names/],
  ])('%s are red', async (_, alter, reason) => {
    await log.expectRed(
      bySigning(() => ({}), alter),
      reason,
    );
  });

  test('by a key that was never enrolled', async () => {
    const { admin } = story.server;
    const stranger = new SoftKey(admin.place);
    await log.expectRed(
      bySigning(() => ({ credential: stranger.id }), {}, stranger),
      /not enrolled then/,
    );
    // The same under the name of Ben's key.
    const { id: credential } = story.ben.key;
    await log.expectRed(
      bySigning(() => ({}), { credential }, stranger),
      /signature of the key does not hold/,
    );
  });

  test('by a key that was removed before, or is of somebody else', async () => {
    const { key } = log.bodyOf('key.removed');
    await log.expectRed(
      bySigning(() => ({ credential: key }), { credential: key }),
      /not enrolled then/,
    );
    const { admin } = story.server;
    await log.expectRed(
      bySigning(() => ({ credential: admin.key.id }), {}, admin.key),
      /of somebody else/,
    );
  });

  test.each<[string, (s: StatementOf<'decision'>) => object, RegExp]>([
    ['request', () => ({ request: newId() }), /another request/],
    ['request hash', () => ({ requestHash: toBase64url(random(32)) }), /another requestHash/],
    ['requester', () => ({ requester: newId() }), /another requester/],
    ['policy', () => ({ policy: toBase64url(random(32)) }), /another policy/],
    ['decision', () => ({ decision: 'deny' }), /another decision/],
    ['reason', () => ({ reason: toBase64url(random(32)) }), /another reason/],
    ['actor', () => ({ actor: newId() }), /another actor/],
    ['log', () => ({ log: 'other.example/1' }), /for another log/],
    ['expiry', ({ expires }) => ({ expires: expires - 3_600_000 }), /had expired/],
    ['head', ({ head }) => ({ head: { ...head, root: toBase64url(random(32)) } }), /another history/],
    [
      'head to come',
      () => ({ head: { size: 40, root: toBase64url(random(32)) } }),
      /more entries than the log has/,
    ],
    [
      'longer time',
      ({ terms }) => ({ terms: { ...terms, until: terms.until + 60_000 } }),
      /longer than asked/,
    ],
    ['higher level', ({ terms }) => ({ terms: { ...terms, level: 'change' } }), /another level/],
    ['other console', ({ terms }) => ({ terms: { ...terms, console: 'queue' } }), /another console/],
  ])('that say another %s are red', async (_, change, reason) => {
    await log.expectRed(bySigning(change), reason);
  });

  test('a statement changed without its signer is red, wherever it is', async () => {
    const types: EntryType[] = ['key.enrolled', 'browser.paired', 'request.decided', 'session.started'];
    for (const type of [...types, 'key.removed', 'person.invited', 'person.roles-changed'] as const) {
      const forged = log.change(type as 'key.removed' | 'person.invited', 0, (body) => {
        const touch = 'touch' in body ? body.touch : touchBehind(body);
        const said = statementSchema.parse(JSON.parse(touch.statement));
        touch.statement = canonical({ ...said, nonce: toBase64url(random(32)) });
      });
      await log.expectRed(forged, /over another statement/);
    }
  });

  test('a statement in another spelling is red', async () => {
    const forged = log.change('request.decided', 0, (body) => {
      body.touch.statement = ` ${body.touch.statement}`;
    });
    await log.expectRed(forged, /not in its form/);
  });

  test('one touch serves once', async () => {
    const body = log.bodyOf('person.roles-changed', -1);
    await log.expectRed(log.append('person.roles-changed', body), /used before/);
  });

  test('an entry that nobody signed still cannot change: later touches pin what they saw', async () => {
    const { entries } = log.change('attempt.refused', 0, (body) => {
      body.why = 'own_request';
    });
    const index = log.find('key.enrolled', -2);
    await log.expectRed({ index, entries }, /shown another history/);
  });
});

describe('entries that say other than their touch', () => {
  const hash = toBase64url(random(32));
  const cases: [EntryType, string, () => Forged, RegExp][] = [];
  const says = <T extends EntryType>(type: T, what: string, by: (body: Body<T>) => void, reason: RegExp) =>
    cases.push([type, what, () => log.change(type, 0, by), reason]);

  says('person.invited', 'handle', (b) => void (b.handle = 'mallory'), /another handle/);
  says('person.invited', 'roles', (b) => void (b.roles = ['administrator']), /another roles/);
  says('person.invited', 'invitation', (b) => void (b.invitation = hash), /another invitation/);
  says('person.invited', 'by', (b) => void Object.assign(b.authority, { by: newId() }), /another actor/);
  says(
    'key.enrolled',
    'person',
    (b) => void (b.person = log.bodyOf('genesis').administrator.person),
    /another actor/,
  );
  says('key.enrolled', 'invitation', (b) => void (b.invitation = hash), /another invitation/);
  says('key.enrolled', 'key', (b) => void (b.key.id = 'AAAA'), /by another key than the one it enrols/);
  says('person.roles-changed', 'roles', (b) => void (b.roles = ['administrator']), /another roles/);
  says('person.disabled', 'person', (b) => void (b.person = story.ana.id), /another person/);
  says('person.disabled', 'reason', (b) => void (b.reason = hash), /another reason/);
  says('person.reset', 'person', (b) => void (b.person = story.ana.id), /another person/);
  says('person.reset', 'invitation', (b) => void (b.invitation = hash), /another invitation/);
  says('browser.paired', 'key', (b) => void (b.publicKey = hash), /another browserKey/);
  says('browser.paired', 'label', (b) => void (b.label = 'Other'), /another label/);
  says('browser.paired', 'code', (b) => void (b.code = 'AAAA-AAAA'), /another code/);
  says('browser.paired', 'person', (b) => void (b.person = story.ben.id), /another actor/);
  says('request.decided', 'terms', (b) => void (b.terms && b.terms.until--), /another terms/);
  says('request.decided', 'decision', (b) => void (b.decision = 'deny'), /another decision/);
  says('request.decided', 'request', (b) => void (b.request = newId()), /no request/);
  says('request.decided', 'approver', (b) => void (b.approver.id = story.ana.id), /another actor/);
  says('request.decided', 'roles', (b) => void b.approver.roles.push('auditor'), /recorded otherwise/);
  says('session.started', 'terms', (b) => void b.terms.until--, /another terms/);
  says('session.started', 'basis', (b) => void (b.basis = 'self-approved'), /another basis/);
  says('session.started', 'request', (b) => void (b.request = newId()), /no request/);
  says('key.removed', 'key', (b) => void (b.key = story.ana.key.id), /another removed/);

  test.each(cases)('%s: %s', async (_type, _what, forge, reason) => {
    await log.expectRed(forge(), reason);
  });
});

describe('keys and people', () => {
  test('a registration must be of the key that is enrolled', async () => {
    const other = log.bodyOf('key.enrolled', 1);
    const forged = log.change('key.enrolled', 0, (body) => {
      body.registration = other.registration;
    });
    await log.expectRed(forged, /registered another credential/);
  });

  test('an administrator’s change without a touch is no entry', async () => {
    const forged = log.change('person.reset', 0, ({ authority }) => {
      Reflect.deleteProperty(authority, 'touch');
    });
    await log.expectRed(forged, /not in its form/);
  });

  test('the host does nothing but reset people', async () => {
    const host = { kind: 'host' } as const;
    for (const type of ['person.invited', 'person.roles-changed', 'person.disabled'] as const) {
      const forged = log.change(type, 0, (body) => void (body.authority = host));
      await log.expectRed(forged, /the host only resets people/);
    }
  });

  test('a reset by the host is named for ever', async () => {
    const { index, entries } = log.append('person.reset', {
      person: story.server.admin.id,
      invitation: toBase64url(random(32)),
      expires: Date.now() + 86_400_000,
      authority: { kind: 'host' },
    });
    const { verdict } = await log.verify(await log.seal(entries));
    expect(verdict.state).toBe('unknown');
    expect(verdict.sentence).toMatch(`A host command reset the keys of root (entry ${index}).`);
  });

  test('nobody administers who is no administrator', async () => {
    // Ana signs an invitation herself, and the server takes it in.
    const { ana } = story;
    const { size, root } = log.head;
    const fields = {
      handle: 'mallory',
      roles: ['administrator'],
      invitation: toBase64url(random(32)),
    } as const;
    const touch = ana.key.touch({
      type: 'invitation',
      log: log.key.key.name,
      nonce: toBase64url(random(32)),
      expires: Date.now() + 120_000,
      head: { size, root },
      actor: ana.id,
      credential: ana.key.id,
      ...fields,
    });
    const body = {
      ...fields,
      roles: [...fields.roles],
      person: newId(),
      expires: Date.now() + 86_400_000,
      authority: byTouch(ana.id, touch),
    };
    await log.expectRed(log.append('person.invited', body), /ana was no administrator/);
  });
});

describe('time and form', () => {
  test('time never goes back', async () => {
    const forged = log.change('attempt.refused', 0, (_, entry) => {
      entry.time -= 3_600_000;
    });
    await log.expectRed(forged, /earlier than the one before/);
  });

  test('a log begins once', async () => {
    await log.expectRed(log.append('genesis', log.bodyOf('genesis')), /may begin/);
  });

  test('an entry that is no entry is red, one of an unknown type cannot be judged', async () => {
    const { entries } = log;
    const broken = [...entries, utf8('{"v":1}')];
    await log.expectRed({ index: 40, entries: broken }, /not in its form/);
    const { rand, time } = log.read(39);
    const later = [...entries, utf8(canonical({ v: 1, type: 'review.signed', time, rand, body: {} }))];
    const { verdict } = await log.verify(await log.seal(later));
    expect(verdict).toMatchObject({ state: 'unknown', entry: 40 });
    expect(verdict.sentence).toMatch(/of type review.signed, which this version does not know/);
  });
});
