import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#shared/bytes.ts';
import type { Body } from '#shared/domain/entries.ts';
import {
  type Beginning,
  someHash,
  type Tale,
  type Tell,
  tellBeginning,
  told,
} from '../../server/testing/forged-log.ts';

// Everybody signs what is told here, so that the rules of requests, grants and actions alone make it red.
let world: Beginning;
beforeAll(async () => {
  world = await tellBeginning();
});
afterAll(() => world.server.remove());

const expectRed = (tell: Tell, reason: RegExp) => world.log.expectRed(told(world, tell), reason);
const cases = (all: [string, Tell, RegExp][]) =>
  test.each(all)('%s: red', async (_, tell, reason) => expectRed(tell, reason));

const asked = (tale: Tale, { ana }: Beginning, of: Parameters<Tale['ask']>[2] = {}) =>
  tale.ask(ana, tale.pair(ana), of);
/** A request of Ana's that Ben approved. */
function approved(tale: Tale, of: Beginning, ...alter: Parameters<Tale['terms']>[1][]) {
  const ask = asked(tale, of);
  const terms = tale.terms(ask, ...alter);
  return { ask, terms, grant: tale.decide(of.ben, ask, terms) };
}
/** The same, started; with what it takes to ask for more. */
function running(tale: Tale, of: Beginning) {
  const made = approved(tale, of);
  const { ask, grant, terms } = made;
  return { ...made, session: tale.start(ask, { grant, terms }), browser: ask.browser };
}
/** One that nobody decides, started. */
function open(tale: Tale, of: Beginning) {
  const ask = asked(tale, of, { console: 'queue', seconds: 900 });
  const grant = newId();
  const terms = tale.terms(ask);
  const session = tale.start(ask, { grant, terms, basis: 'self-approved' });
  return { ask, grant, session, terms, browser: ask.browser };
}
const end = (tale: Tale, grant: string, how: Body<'grant.ended'>['how'], of: object = {}) =>
  tale.write('grant.ended', { grant, how, ...of });

test('a tale in which all is in order holds', async () => {
  const { entries } = told(world, (tale, of) => {
    const { ana, ben } = of;
    const { grant, browser, session, terms } = running(tale, of);
    tale.record(browser, [{ session }]);
    const more = tale.ask(ana, browser, { seconds: 900, extends: grant });
    tale.decide(ben, more, { until: terms.until + 60_000 });
    const handed = browser.end(grant);
    end(tale, grant, 'handed-back', { by: ana.id, end: handed });
    const nobody = open(tale, of);
    const longer = tale.ask(ana, nobody.browser, { console: 'queue', seconds: 900, extends: nobody.grant });
    const { grant: id, session: its } = nobody;
    tale.start(longer, { grant: id, session: its, basis: 'self-approved' });
    end(tale, id, 'revoked', { by: ben.id, reason: someHash() });
    tale.withdraw(asked(tale, of));
    const denied = asked(tale, of);
    tale.decide(ben, denied, {}, { decision: 'deny', reason: someHash() });
    const unstarted = approved(tale, of);
    end(tale, unstarted.grant, 'not-started');
    const late = asked(tale, of);
    tale.time += 3_600_000;
    tale.write('request.expired', { request: late.request });
  });
  expect((await world.log.verify(await world.log.seal(entries))).verdict).toMatchObject({ state: 'ok' });
});

describe('asking', () => {
  cases([
    [
      'a request that was over when it was made',
      (tale, { ana }) => tale.ask(ana, tale.pair(ana), {}, { expires: tale.time }),
      /over when it was made/,
    ],
    [
      'by somebody whom policy does not let ask',
      (tale, { bea }) => tale.ask(bea, tale.pair(bea)),
      /gives another answer/,
    ],
    [
      'for longer than policy lets',
      (tale, { ana }) => tale.ask(ana, tale.pair(ana), { seconds: 7200 }),
      /gives another answer/,
    ],
    [
      'a request under the id of another',
      (tale, of) => {
        const { request, browser } = asked(tale, of);
        tale.ask(of.ana, browser, {}, { request });
      },
      /there is a request .* already/,
    ],
    [
      'by somebody who was disabled',
      (tale, { bea, ana }) => {
        const browser = tale.pair(ana);
        tale.disable(bea, ana.id).ask(ana, browser);
      },
      /ana was not active then/,
    ],
    [
      'from a browser that was unpaired',
      (tale, { ana }) => {
        const browser = tale.pair(ana);
        tale.write('browser.ended', { browser: browser.id, how: 'unpaired', by: ana.id });
        tale.ask(ana, browser);
      },
      /was not paired then/,
    ],
    [
      'in another log',
      (tale, { ana }) => {
        const browser = tale.pair(ana);
        browser.log = 'localhost/2';
        tale.ask(ana, browser);
      },
      /its ask is for another log/,
    ],
    [
      'for more of what runs in another browser',
      (tale, of) => {
        const { grant } = running(tale, of);
        tale.ask(of.ana, tale.pair(of.ana), { extends: grant });
      },
      /more of what did not run here/,
    ],
    [
      'for more of what was not started',
      (tale, of) => {
        const { grant, ask } = approved(tale, of);
        tale.ask(of.ana, ask.browser, { extends: grant });
      },
      /more of what did not run here/,
    ],
    [
      'for more of what ran out',
      (tale, of) => {
        const { grant, browser } = running(tale, of);
        tale.time += 1_800_000;
        tale.ask(of.ana, browser, { extends: grant });
      },
      /more of what did not run here/,
    ],
    [
      'for more of another level',
      (tale, of) => {
        const { grant, browser } = running(tale, of);
        tale.ask(of.ana, browser, { level: 'view', extends: grant });
      },
      /more time was asked on other terms/,
    ],
    [
      'for more of another console',
      (tale, of) => {
        const { grant, browser } = running(tale, of);
        tale.ask(of.ana, browser, { console: 'queue', seconds: 900, extends: grant });
      },
      /more time was asked on other terms/,
    ],
  ]);
});

describe('withdrawing and expiring', () => {
  cases([
    [
      'what the browser withdrew is another request',
      (tale, of) => tale.withdraw(asked(tale, of), newId()),
      /withdrawn is another request/,
    ],
    [
      'it was withdrawn before',
      (tale, of) => {
        const ask = asked(tale, of);
        tale.withdraw(ask).withdraw(ask);
      },
      /did not wait any more/,
    ],
    [
      'another browser withdrew it',
      (tale, of) => {
        const ask = asked(tale, of);
        tale.withdraw({ ...ask, browser: tale.pair(of.ana) });
      },
      /its withdrawal is of another browser/,
    ],
    [
      'it expired too soon',
      (tale, of) => tale.write('request.expired', { request: asked(tale, of).request }),
      /the request was not over/,
    ],
    [
      'it expired after it was withdrawn',
      (tale, of) => {
        const ask = asked(tale, of);
        tale.withdraw(ask);
        tale.time += 3_600_000;
        tale.write('request.expired', { request: ask.request });
      },
      /the request did not wait any more/,
    ],
  ]);
});

describe('deciding', () => {
  cases([
    [
      'twice',
      (tale, of) => {
        const { ask } = approved(tale, of);
        tale.decide(of.ben, ask);
      },
      /did not wait any more/,
    ],
    [
      'too late',
      (tale, of) => {
        const ask = asked(tale, of);
        tale.time += 3_600_000;
        tale.decide(of.ben, ask);
      },
      /did not wait any more/,
    ],
    [
      'by somebody who was no approver',
      (tale, of) => tale.decide(of.bea, asked(tale, of)),
      /does not let bea decide this/,
    ],
    [
      'for somebody who was disabled',
      (tale, of) => {
        const ask = asked(tale, of);
        tale.disable(of.bea, of.ana.id).decide(of.ben, ask);
      },
      /the request did not wait any more/,
    ],
    [
      'a denial that makes a grant',
      (tale, of) =>
        tale.decide(of.ben, asked(tale, of), {}, { decision: 'deny', reason: someHash(), grant: newId() }),
      /a denial grants something/,
    ],
    [
      'a denial with terms',
      (tale, of) => {
        const ask = asked(tale, of);
        const terms = tale.terms(ask);
        tale.decide(of.ben, ask, terms, { decision: 'deny', reason: someHash(), terms });
      },
      /a denial grants something/,
    ],
    [
      'a denial without a reason',
      (tale, of) => tale.decide(of.ben, asked(tale, of), {}, { decision: 'deny' }),
      /gives no reason/,
    ],
    [
      'an approval without a grant',
      (tale, of) => tale.decide(of.ben, asked(tale, of), {}, { grant: undefined }),
      /grants nothing/,
    ],
    [
      'an approval without terms',
      (tale, of) => tale.decide(of.ben, asked(tale, of), {}, { terms: undefined }),
      /grants nothing/,
    ],
    [
      'an approval that ended before it began',
      (tale, of) => tale.decide(of.ben, asked(tale, of), { until: tale.time - 1 }),
      /for no time at all/,
    ],
    [
      'a grant that there is',
      (tale, of) => {
        const { grant } = approved(tale, of);
        tale.decide(of.ben, asked(tale, of), {}, { grant });
      },
      /there is a grant .* already/,
    ],
    [
      'a console that policy does not know any more',
      (tale, of) => {
        const ask = asked(tale, of);
        tale.load((text) =>
          text.replace('  vault:', '  other:').replace('consoles: [vault]', 'consoles: [other]'),
        );
        tale.decide(of.ben, ask);
      },
      /the request did not wait any more/,
    ],
    [
      'by another policy than was in force',
      (tale, of) => {
        const ask = asked(tale, of);
        const { policy } = tale;
        tale.load((text) => `${text}# later\n`);
        tale.policy = policy;
        tale.decide(of.ben, ask);
      },
      /not in force then/,
    ],
    [
      'more time of another grant than was asked',
      (tale, of) => {
        const { grant, browser } = running(tale, of);
        const more = tale.ask(of.ana, browser, { seconds: 900, extends: grant });
        tale.decide(of.ben, more, {}, { grant: newId() });
      },
      /lengthens another grant/,
    ],
    [
      'no more time than there was',
      (tale, of) => {
        const { grant, browser, terms } = running(tale, of);
        const more = tale.ask(of.ana, browser, { seconds: 900, extends: grant });
        tale.decide(of.ben, more, { until: terms.until });
      },
      /lengthens nothing/,
    ],
    [
      'more time of what has ended',
      (tale, of) => {
        const { grant, browser } = running(tale, of);
        const more = tale.ask(of.ana, browser, { seconds: 900, extends: grant });
        end(tale, grant, 'revoked', { by: of.ben.id, reason: someHash() });
        tale.decide(of.ben, more, { until: tale.time + 1_900_000 });
      },
      /the request did not wait any more/,
    ],
  ]);
});

describe('starting', () => {
  cases([
    [
      'twice',
      (tale, of) => {
        const { ask, grant, terms } = running(tale, of);
        tale.start(ask, { grant, terms });
      },
      /could not be started any more/,
    ],
    [
      'too late',
      (tale, of) => {
        const { ask, grant, terms } = approved(tale, of);
        tale.time = terms.until;
        tale.start(ask, { grant, terms });
      },
      /could not be started any more/,
    ],
    [
      'in a browser that was unpaired',
      (tale, of) => {
        const { ask, grant, terms } = approved(tale, of);
        tale.write('browser.ended', { browser: ask.browser.id, how: 'unpaired', by: of.ana.id });
        tale.start(ask, { grant, terms });
      },
      /its browser was not paired then/,
    ],
    [
      'the grant of another request',
      (tale, of) => {
        const { grant, terms } = approved(tale, of);
        tale.start(asked(tale, of), { grant, terms });
      },
      /the grant is for another request/,
    ],
    [
      'a session that there is',
      (tale, of) => {
        const { session } = running(tale, of);
        const { ask, grant, terms } = approved(tale, of);
        tale.start(ask, { grant, terms, session });
      },
      /there is a session .* already/,
    ],
    [
      'alone, what was withdrawn',
      (tale, of) => {
        const ask = asked(tale, of, { console: 'queue', seconds: 900 });
        tale.withdraw(ask).start(ask, { grant: newId(), basis: 'self-approved' });
      },
      /did not wait any more/,
    ],
    [
      'alone, what somebody was to decide when it was asked',
      (tale, of) => {
        const ask = asked(tale, of);
        tale
          .load((text) => text.replace("decides: ['role:approver']", 'decides: nobody'))
          .start(ask, { grant: newId(), basis: 'self-approved' });
      },
      /the request did not wait any more/,
    ],
    [
      'alone, what somebody decides by now',
      (tale, of) => {
        const ask = asked(tale, of, { console: 'queue', seconds: 900 });
        tale
          .load((text) => text.replace('decides: nobody', "decides: ['role:approver']"))
          .start(ask, { grant: newId(), basis: 'self-approved' });
      },
      /the request did not wait any more/,
    ],
    [
      'alone, a grant that there is',
      (tale, of) => {
        const { grant } = open(tale, of);
        const ask = asked(tale, of, { console: 'queue', seconds: 900 });
        tale.start(ask, { grant, basis: 'self-approved' });
      },
      /there is a grant .* already/,
    ],
    [
      'alone, a session that there is',
      (tale, of) => {
        const { session } = open(tale, of);
        const ask = asked(tale, of, { console: 'queue', seconds: 900 });
        tale.start(ask, { grant: newId(), session, basis: 'self-approved' });
      },
      /there is a session .* already/,
    ],
  ]);

  /** What Ana lengthens alone, wrongly. */
  const longer =
    (wrong: (tale: Tale, of: Beginning, running: ReturnType<typeof open>) => object): Tell =>
    (tale, of) => {
      const now = open(tale, of);
      const { grant, session, browser } = now;
      const ask = tale.ask(of.ana, browser, { console: 'queue', seconds: 900, extends: grant });
      tale.start(ask, { grant, session, basis: 'self-approved', ...wrong(tale, of, now) });
    };
  cases([
    [
      'alone, more of another grant',
      longer((tale, of) => ({ grant: open(tale, of).grant })),
      /lengthens what did not run/,
    ],
    [
      'alone, more of what ended',
      longer((tale, { ben }, { grant }) => {
        end(tale, grant, 'revoked', { by: ben.id, reason: someHash() });
        return {};
      }),
      /the request did not wait any more/,
    ],
    ['alone, more of another session', longer(() => ({ session: newId() })), /lengthens another session/],
    ['alone, no more than there was', longer((_tale, _of, { terms }) => ({ terms })), /lengthens nothing/],
  ]);
});

describe('ending', () => {
  const by =
    (how: Body<'grant.ended'>['how'], of: (of: Beginning) => object = () => ({})): Tell =>
    (tale, world) =>
      end(tale, running(tale, world).grant, how, of(world));
  cases([
    ['as run out before its time', by('ran-out'), /had not run out/],
    ['as not started though it was', by('not-started'), /the grant was started/],
    ['with a person who was not disabled', by('disabled'), /was not disabled/],
    ['with a person who was not reset', by('reset'), /was not reset/],
    ['with a browser that was not unpaired', by('unpaired'), /was not unpaired/],
    ['with a browser that was not suspended', by('suspended'), /was not suspended/],
    ['with a recovery that was none', by('recovered'), /not recovered by it/],
    ['revoked by nobody', by('revoked', () => ({ reason: someHash() })), /nobody revoked it/],
    ['revoked for no reason', by('revoked', ({ ben }) => ({ by: ben.id })), /nobody revoked it/],
    [
      'revoked by somebody who is not there',
      by('revoked', () => ({ by: newId(), reason: someHash() })),
      /there is no person/,
    ],
    [
      'handed back, and what the browser said is of another grant',
      (tale, of) => {
        const { grant, browser } = running(tale, of);
        end(tale, grant, 'handed-back', { by: of.ana.id, end: browser.end(newId()) });
      },
      /handed back is another grant/,
    ],
    [
      'handed back by somebody else',
      (tale, of) => {
        const { grant, browser } = running(tale, of);
        end(tale, grant, 'handed-back', { by: of.ben.id, end: browser.end(grant) });
      },
      /handed back is another grant/,
    ],
    [
      'revoked by the word of a browser',
      (tale, of) => {
        const { grant, browser } = running(tale, of);
        const said = { by: of.ben.id, reason: someHash(), end: browser.end(grant) };
        end(tale, grant, 'revoked', said);
      },
      /only handing back is signed by a browser/,
    ],
  ]);
});

describe('recording', () => {
  cases([
    [
      'in the session of another browser, and no violation',
      (tale, of) => {
        const { session } = running(tale, of);
        tale.record(tale.pair(of.ben), [{ session }]);
      },
      /names other actions as violations/,
    ],
    [
      'in no session that there is, and no violation',
      (tale, { ana }) => tale.record(tale.pair(ana), [{ console: 'queue', session: newId() }]),
      /names other actions as violations/,
    ],
    [
      'in the name of another browser',
      (tale, { ana }) => tale.record(tale.pair(ana), [{ console: 'queue' }], {}, tale.pair(ana).id),
      /its batch is of another browser/,
    ],
    [
      'by a browser that was unpaired',
      (tale, { ana }) => {
        const browser = tale.pair(ana);
        tale.write('browser.ended', { browser: browser.id, how: 'unpaired', by: ana.id });
        tale.record(browser, [{ console: 'queue' }]);
      },
      /was not paired then/,
    ],
    [
      'for another log',
      (tale, { ana }) => tale.record(tale.pair(ana), [{ console: 'queue' }], { log: 'localhost/2' }),
      /its batch is for another log/,
    ],
    [
      'under another number than was signed',
      (tale, { ana }) => tale.record(tale.pair(ana), [{ console: 'queue' }], { number: 1 }),
      /its batch has another number/,
    ],
    [
      'after another batch than the last',
      (tale, { ana }) => {
        const browser = tale.pair(ana);
        tale.record(browser, [{ console: 'queue' }]);
        tale.record(browser, [{ console: 'queue' }], { previous: someHash() });
      },
      /does not follow the one before/,
    ],
    [
      'what the mode forbids, as if it did not',
      (tale, { ana }) => tale.record(tale.pair(ana), [{ console: 'vault' }]),
      /names other actions as violations/,
    ],
  ]);
});
