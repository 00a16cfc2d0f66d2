import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#shared/bytes.ts';
import type { Act } from '#shared/domain/dual-control/entries.ts';
import type { Body } from '#shared/domain/entries.ts';
import {
  type Actor,
  type Beginning,
  someHash,
  type Tale,
  type Tell,
  tellBeginning,
  told,
} from '../../server/testing/forged-log.ts';

// Everybody signs what is told here, so that the rules of what takes two administrators alone make it red.
let world: Beginning;
beforeAll(async () => {
  world = await tellBeginning();
});
afterAll(() => world.server.remove());

const expectRed = (tell: Tell, reason: RegExp) => world.log.expectRed(told(world, tell), reason);
const expectOk = async (tell: Tell) => {
  const { verdict } = await world.log.verify(await world.log.seal(told(world, tell).entries));
  expect(verdict).toMatchObject({ state: 'ok' });
};
const cases = (all: [string, Tell, RegExp][]) =>
  test.each(all)('%s: red', async (_, tell, reason) => expectRed(tell, reason));

const hour = 3_600_000;
const erasure = (...entries: number[]) => ({ type: 'erasure', entries, reason: someHash() }) as const;
/** Confirms an act as somebody; `says` is what the entry says whatever was signed. */
function erase(tale: Tale, by: Actor, act: string, what: Act, says: Partial<Body<'detail.erased'>> = {}) {
  const touch = tale.overAct(by, act, what);
  return tale.write('detail.erased', { how: 'demand', act, by: by.id, touch, ...says });
}

describe('erasing on demand', () => {
  test('two administrators erase what was there', async () => {
    await expectOk((tale, { root, bea }) => {
      const what = erasure(3, 5);
      erase(tale, bea, tale.propose(root, what), what);
      tale.write('act.withdrawn', { act: tale.propose(root, erasure(1)), by: bea.id });
    });
  });

  /** Root proposes, and then it goes wrong. */
  const proposed =
    (then: (tale: Tale, of: Beginning, act: string, what: Act) => void): Tell =>
    (tale, of) => {
      const what = erasure(3, 5);
      then(tale, of, tale.propose(of.root, what), what);
    };
  const waits = /the act did not wait any more/;
  cases([
    ['proposed by an engineer', (tale, { ana }) => tale.propose(ana, erasure(3)), /no administrator then/],
    [
      'proposed twice under one id',
      proposed((tale, { bea }, act) => tale.propose(bea, erasure(3), { act })),
      /there is a act .* already/,
    ],
    [
      'a proposal that waits for nothing',
      (tale, { root }) => tale.propose(root, erasure(3), { expires: tale.time }),
      /waits for nothing, or for too long/,
    ],
    [
      'a proposal that waits for longer than a day',
      (tale, { root }) => tale.propose(root, erasure(3), { expires: tale.time + 24 * hour + 1 }),
      /waits for nothing, or for too long/,
    ],
    [
      'entries out of order',
      (tale, { root }) => tale.propose(root, erasure(5, 3)),
      /out of order, or one twice/,
    ],
    ['one entry twice', (tale, { root }) => tale.propose(root, erasure(3, 3)), /out of order, or one twice/],
    [
      'entries to come',
      (tale, { root }) => tale.propose(root, erasure(3, world.log.entries.length)),
      /entries that were not there/,
    ],
    [
      'withdrawn by an engineer',
      proposed((tale, { ana }, act) => tale.write('act.withdrawn', { act, by: ana.id })),
      /ana was no administrator then/,
    ],
    [
      'withdrawn, and there is none',
      (tale, { bea }) => tale.write('act.withdrawn', { act: newId(), by: bea.id }),
      /there is no act/,
    ],
    [
      'withdrawn twice',
      proposed((tale, { bea }, act) =>
        tale.write('act.withdrawn', { act, by: bea.id }).write('act.withdrawn', { act, by: bea.id }),
      ),
      waits,
    ],
    [
      'confirmed after it was withdrawn',
      proposed((tale, { bea }, act, what) =>
        erase(tale.write('act.withdrawn', { act, by: bea.id }), bea, act, what),
      ),
      waits,
    ],
    [
      'confirmed twice',
      proposed((tale, { bea }, act, what) => {
        erase(tale, bea, act, what);
        erase(tale, bea, act, what);
      }),
      waits,
    ],
    [
      'confirmed too late',
      proposed((tale, { bea }, act, what) => {
        tale.time += hour;
        erase(tale, bea, act, what);
      }),
      waits,
    ],
    [
      'confirmed by whoever proposed it',
      proposed((tale, { root }, act, what) => erase(tale, root, act, what)),
      /one person proposed and confirmed it/,
    ],
    [
      'confirmed by an engineer',
      proposed((tale, { ana }, act, what) => erase(tale, ana, act, what)),
      /ana was no administrator then/,
    ],
    [
      'confirmed when whoever proposed it was none any more',
      proposed((tale, { root, bea }, act, what) =>
        erase(tale.changeRoles(bea, root.id, ['auditor']), bea, act, what),
      ),
      /root was no administrator then/,
    ],
    [
      'confirmed over other entries',
      proposed((tale, { bea }, act) => erase(tale, bea, act, erasure(4))),
      /another (entries|reason)/,
    ],
    [
      'confirmed by nobody',
      proposed((tale, { bea }, act, what) => erase(tale, bea, act, what, { by: undefined })),
      /says another actor/,
    ],
    [
      'without a touch',
      proposed((tale, { bea }, act, what) => erase(tale, bea, act, what, { touch: undefined })),
      /no erasure on demand/,
    ],
    [
      'and by policy as well',
      proposed((tale, { bea }, act, what) => erase(tale, bea, act, what, { below: 1 })),
      /no erasure on demand/,
    ],
    [
      'under a policy',
      proposed((tale, { bea }, act, what) => erase(tale, bea, act, what, { policy: tale.policy })),
      /no erasure on demand/,
    ],
    [
      'of what was proposed as a rotation',
      (tale, { root, bea }) => {
        const what = { type: 'rotation', logKey: 'none', leaseKey: someHash() } as const;
        erase(tale, bea, tale.propose(root, what), what);
      },
      /something else than was proposed/,
    ],
  ]);
});

describe('erasing by policy', () => {
  const keeping = (tale: Tale) => tale.load((text) => `${text}retention: P30D\n`);
  /** A policy with retention, and what it lets erase after `days`. */
  const retained =
    (days: number, says: (tale: Tale, of: Beginning) => object = () => ({})): Tell =>
    (tale, of) => {
      keeping(tale);
      tale.time += days * 24 * hour;
      const { policy } = tale;
      tale.write('detail.erased', { how: 'retention', below: 3, policy, ...says(tale, of) });
    };
  test('what is older than it says is erased', () => expectOk(retained(30)));

  const none = /no erasure by policy/;
  cases([
    ['too soon', retained(29), /sooner than policy says/],
    [
      'where policy keeps all',
      (tale) => tale.write('detail.erased', { how: 'retention', below: 3, policy: tale.policy }),
      /keeps details for ever/,
    ],
    ['by another policy', retained(30, () => ({ policy: someHash() })), /not in force then/],
    ['of entries to come', retained(30, () => ({ below: 99 })), /entries that were not there/],
    ['of no entries', retained(30, () => ({ below: undefined })), none],
    ['by no policy', retained(30, () => ({ policy: undefined })), none],
    ['by somebody', retained(30, (_tale, { bea }) => ({ by: bea.id })), none],
    ['by an act', retained(30, (tale, { root }) => ({ act: tale.propose(root, erasure(1)) })), none],
    [
      'by a touch',
      retained(30, (tale, { root, bea }) => {
        const what = erasure(1);
        const act = tale.propose(root, what);
        return { act, by: bea.id, touch: tale.overAct(bea, act, what) };
      }),
      none,
    ],
  ]);
});
