import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#shared/bytes.ts';
import type { Person } from '../../server/testing/person.ts';
import { SoftKey } from '../../server/testing/soft-key.ts';
import {
  type Actor,
  type Beginning,
  someHash,
  type Tale,
  type Tell,
  tellBeginning,
  told,
} from '../../server/testing/forged-log.ts';

// Everybody signs what is told here, so that the rules of people, keys and browsers alone make it red.
let world: Beginning;
let place: Person['place'];
beforeAll(async () => {
  world = await tellBeginning();
  ({ place } = world.server.admin);
});
afterAll(() => world.server.remove());

const expectRed = (tell: Tell, reason: RegExp) => world.log.expectRed(told(world, tell), reason);
const eve = (): Actor => ({ id: newId(), handle: 'eve', roles: ['engineer'], key: new SoftKey(place) });
/** Invites Eve; returns her and the invitation. */
function invited(tale: Tale, by: Actor, expires?: number) {
  const who = eve();
  const invitation = someHash();
  tale.invite(by, { person: who.id, invitation, ...(expires === undefined ? {} : { expires }) });
  return { who, invitation };
}

test('a tale in which all is in order holds', async () => {
  const { entries } = told(world, (tale, { root, bea, ana, ben }) => {
    const { who, invitation } = invited(tale, root);
    tale.enrol(who, { invitation });
    const second = { ...who, key: new SoftKey(place) };
    tale.enrol(second, { beside: who });
    tale.removeKey(second, who.key.id);
    tale.changeRoles(bea, ben.id, ['auditor']);
    tale.pair(ana);
    tale.reset(bea, ana.id);
    tale.disable(bea, ben.id);
  });
  expect((await world.log.verify(await world.log.seal(entries))).verdict.state).toBe('ok');
});

describe('invitations and enrolments', () => {
  test.each<[string, Tell, RegExp]>([
    ['by an engineer', (tale, { ana }) => tale.invite(ana), /ana was no administrator then/],
    [
      'of somebody who is there',
      (tale, { bea, ana }) => tale.invite(bea, { person: ana.id }),
      /there is a person .* already/,
    ],
    [
      'under a name that is taken',
      (tale, { bea }) => tale.invite(bea, { handle: 'ana' }),
      /there is a ana already/,
    ],
    [
      'with a code that was used',
      (tale, { bea }) => {
        const { invitation } = invited(tale, bea);
        tale.invite(bea, { handle: 'other', invitation });
      },
      /there is a invitation .* already/,
    ],
    [
      'that are over when they are made',
      (tale, { bea }) => invited(tale, bea, tale.time),
      /over when it was made/,
    ],
    [
      'taken by somebody else',
      (tale, { bea }) => {
        const { invitation } = invited(tale, bea);
        const other = eve();
        tale.invite(bea, { person: other.id, handle: 'other' });
        tale.enrol({ ...other, handle: 'other' }, { invitation });
      },
      /the invitation was for somebody else/,
    ],
    [
      'taken twice',
      (tale, { bea }) => {
        const { who, invitation } = invited(tale, bea);
        tale.enrol(who, { invitation }).enrol({ ...who, key: new SoftKey(place) }, { invitation });
      },
      /the invitation was used before/,
    ],
    [
      'taken when they were over',
      (tale, { bea }) => {
        const { who, invitation } = invited(tale, bea, tale.time + 500);
        tale.enrol(who, { invitation });
      },
      /the invitation was over/,
    ],
    [
      'taken by somebody who was disabled since',
      (tale, { bea }) => {
        const { who, invitation } = invited(tale, bea);
        tale.disable(bea, who.id).enrol(who, { invitation });
      },
      /nobody was invited by it any more/,
    ],
    [
      'that nobody made',
      (tale, { ana }) => tale.enrol({ ...ana, key: new SoftKey(place) }, { invitation: someHash() }),
      /there is no invitation/,
    ],
    [
      'of a key that is enrolled',
      (tale, { bea, ana }) => {
        const { who, invitation } = invited(tale, bea);
        tale.enrol({ ...who, key: ana.key }, { invitation });
      },
      /there is a key .* already/,
    ],
    [
      'by nothing at all',
      (tale, { ana }) => tale.enrol({ ...ana, key: new SoftKey(place) }, {}),
      /by an invitation or beside another one/,
    ],
    [
      'by an invitation and beside a key',
      (tale, { ana }) =>
        tale.enrol({ ...ana, key: new SoftKey(place) }, { invitation: someHash(), beside: ana }),
      /by an invitation or beside another one/,
    ],
  ])('%s: red', async (_, tell, reason) => expectRed(tell, reason));
});

test("the first administrator's key is the one that was registered", async () => {
  const { log } = world;
  const { registration } = log.bodyOf('key.enrolled');
  const { index, entries } = log.change('genesis', 0, ({ administrator }) => {
    administrator.registration = registration;
  });
  const { verdict } = await log.verify(await log.seal(entries), { logKey: log.key.vkey });
  expect(verdict).toMatchObject({ state: 'failed', entry: index });
  expect(verdict.sentence).toMatch(/registered another credential/);
});

describe('keys and roles', () => {
  test.each<[string, Tell, RegExp]>([
    [
      'a key beside one of somebody else',
      (tale, { ana, ben }) =>
        tale.enrol({ ...ana, key: new SoftKey(place) }, { beside: { ...ana, key: ben.key } }),
      /by the key of somebody else/,
    ],
    [
      'a key of somebody else is removed',
      (tale, { ana, ben }) => tale.removeKey(ana, ben.key.id),
      /the key is of somebody else/,
    ],
    ['a key that nobody has', (tale, { ana }) => tale.removeKey(ana, 'AAAA'), /there is no key/],
    [
      'a key is removed twice',
      (tale, { ana }) => {
        const second = { ...ana, key: new SoftKey(place) };
        tale.enrol(second, { beside: ana }).removeKey(second, ana.key.id).removeKey(second, ana.key.id);
      },
      /removed before/,
    ],
    [
      'a key that was removed signs',
      (tale, { ana }) => {
        const second = { ...ana, key: new SoftKey(place) };
        tale.enrol(second, { beside: ana }).removeKey(second, ana.key.id).pair(ana);
      },
      /not enrolled then/,
    ],
    [
      'roles given by an engineer',
      (tale, { ana }) => tale.changeRoles(ana, ana.id, ['administrator']),
      /ana was no administrator then/,
    ],
    ['roles of nobody', (tale, { bea }) => tale.changeRoles(bea, newId(), ['auditor']), /there is no person/],
    [
      'somebody disabled by an engineer',
      (tale, { ana, ben }) => tale.disable(ana, ben.id),
      /ana was no administrator then/,
    ],
    [
      'somebody disabled twice',
      (tale, { bea, ben }) => tale.disable(bea, ben.id).disable(bea, ben.id),
      /disabled before/,
    ],
    ['nobody disabled', (tale, { bea }) => tale.disable(bea, newId()), /there is no person/],
    [
      'whoever was disabled signs on',
      (tale, { bea, ben }) => tale.disable(bea, ben.id).pair(ben),
      /ben was not active then/,
    ],
    [
      'whoever was disabled removes a key',
      (tale, { bea, ben }) => tale.disable(bea, ben.id).removeKey(ben, ben.key.id),
      /ben was not active then/,
    ],
    [
      'whoever was disabled adds a key',
      (tale, { bea, ben }) =>
        tale.disable(bea, ben.id).enrol({ ...ben, key: new SoftKey(place) }, { beside: ben }),
      /ben was not active then/,
    ],
    [
      'somebody reset by an engineer',
      (tale, { ana, ben }) => tale.reset(ana, ben.id),
      /ana was no administrator then/,
    ],
    [
      'an administrator resets herself',
      (tale, { bea }) => tale.reset(bea, bea.id),
      /nobody resets themselves/,
    ],
    ['nobody reset', (tale, { bea }) => tale.reset(bea, newId()), /there is no person/],
    [
      'a reset with a code that was used',
      (tale, { bea, ana, ben }) => {
        const invitation = someHash();
        tale.reset(bea, ana.id, invitation).reset(bea, ben.id, invitation);
      },
      /there is a invitation .* already/,
    ],
    [
      'whoever was reset signs on with a key from before',
      (tale, { bea, ana }) => tale.reset(bea, ana.id).pair(ana),
      /not enrolled then/,
    ],
  ])('%s: red', async (_, tell, reason) => expectRed(tell, reason));
});

describe('browsers', () => {
  test.each<[string, Tell, RegExp]>([
    [
      'paired twice under one name',
      (tale, { ana, ben }) => {
        const { id } = tale.pair(ana);
        tale.pair(ben, id);
      },
      /there is a browser .* already/,
    ],
    [
      'unpaired by nobody',
      (tale, { ana }) => tale.write('browser.ended', { browser: tale.pair(ana).id, how: 'unpaired' }),
      /nobody unpaired it/,
    ],
    [
      'unpaired by somebody who is not there',
      (tale, { ana }) =>
        tale.write('browser.ended', { browser: tale.pair(ana).id, how: 'unpaired', by: newId() }),
      /there is no person/,
    ],
    [
      'unpaired twice',
      (tale, { ana }) => {
        const ended = { browser: tale.pair(ana).id, how: 'unpaired', by: ana.id } as const;
        tale.write('browser.ended', ended).write('browser.ended', ended);
      },
      /not paired any more/,
    ],
    [
      'released by somebody who is no administrator',
      (tale, { ana }) => tale.release(ana, tale.pair(ana)),
      /ana was no administrator then/,
    ],
    [
      'released twice',
      (tale, { ana, bea }) => {
        const browser = tale.pair(ana);
        tale.release(bea, browser).release(bea, browser);
      },
      /released before/,
    ],
    [
      'released by a touch over another one',
      (tale, { ana, bea }) => {
        const [one, other] = [tale.pair(ana), tale.pair(ana)];
        const fields = { browser: other.id, browserKey: other.publicKey };
        const touch = tale.touch(bea, 'release', fields);
        tale.write('browser.released', { browser: one.id, by: bea.id, touch });
      },
      /its touch says another browser/,
    ],
    [
      'paired with after it was released',
      (tale, { ana, bea }) => {
        const browser = tale.pair(ana);
        tale.release(bea, browser).ask(ana, browser);
      },
      /was not paired then/,
    ],
    [
      'suspended for a batch that is not the next',
      (tale, { ana }) => {
        const browser = tale.pair(ana);
        const { batch: evidence } = browser.batch([{ console: 'vault', words: 'Did it' }], { number: 7 });
        tale.write('browser.ended', { browser: browser.id, how: 'suspended', evidence });
      },
      /stands well beside the others/,
    ],
  ])('%s: red', async (_, tell, reason) => expectRed(tell, reason));

  test('evidence of more entries than there are, or taken by nobody, is red', async () => {
    const cut = { kind: 'all' } as const;
    await expectRed(
      (tale, { ana }) =>
        tale.write('evidence.exported', { by: ana.id, cut, size: world.log.entries.length + 1 }),
      /more entries than the log has before it/,
    );
    await expectRed(
      (tale) => tale.write('evidence.exported', { by: newId(), cut, size: 1 }),
      /there is no person/,
    );
    await expectRed(
      (tale, { bea, ana }) =>
        tale.disable(bea, ana.id).write('evidence.exported', { by: ana.id, cut, size: 1 }),
      /ana was not active then/,
    );
  });
});

test('a key of a kind that this version does not know leaves unknown what it signs', async () => {
  const forged = told(world, (tale, { ana }) => {
    const strange = { ...ana, key: new SoftKey(place, { algorithm: 'Ed448' }) };
    tale.enrol(strange, { beside: ana });
  });
  const { verdict } = await world.log.verify(await world.log.seal(forged.entries));
  const { index } = forged;
  expect(verdict).toMatchObject({ state: 'unknown', entry: index });
  expect(verdict.sentence).toMatch(/^Entry \d+ cannot be judged, nor what follows: .* kind of key/);
});
