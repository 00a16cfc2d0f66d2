import { Refusal } from '#shared/errors.ts';
import type { browserState } from '#shared/domain/browsers/wire.ts';
import type { AnswerOf } from '#shared/wire/route.ts';
import { db, type Identity } from '../../platform/db.ts';
import { checkHosts } from '../hosts/index.ts';
import { readConsoles } from '../leases/index.ts';
import { knowsChain } from '../outbox/index.ts';
import { change, state } from '../state/index.ts';
import { followed, sameLog } from '../witness/index.ts';
import { failed } from './failed.ts';

type StateAnswer = AnswerOf<typeof browserState>;

/** Takes over an answer of the server we are paired with. */
export async function take(answer: StateAnswer, identity: Identity): Promise<void> {
  if (!sameLog(answer.log, identity.log)) {
    const next = await follow(answer, identity);
    if (!next) return;
    return take(answer, next);
  }
  // Somebody else numbers with our key.
  if (!(await knowsChain(answer.chain, identity.browser))) return failed(new Refusal('browser_suspended'));
  change.stateFetched(answer);
  await takeConsoles(answer.consoles, identity);
}

/** A list that is older, unsigned or of another log changes nothing (docs/log-format.md). */
async function takeConsoles(signed: StateAnswer['consoles'], identity: Identity): Promise<void> {
  const list = await readConsoles(signed, identity, state.list?.number ?? 0);
  if (!list || JSON.stringify(list) === JSON.stringify(state.list)) return;
  change.consolesListed(list);
  await (await db()).put('consoles', signed, 'last');
  await checkHosts();
}

/** The log changed its key by an act of two administrators, or it is another log: then nothing it says counts. */
async function follow(answer: StateAnswer, identity: Identity): Promise<Identity | undefined> {
  try {
    const next = { ...identity, log: await followed(identity.log, answer.log, identity) };
    await (await db()).put('identity', next, 'this');
    change.logFollowed(next);
    return next;
  } catch (cause) {
    if (cause instanceof Refusal && cause.code === 'unreachable') throw cause;
    change.logRefused(
      cause instanceof Error && !(cause instanceof Refusal)
        ? cause.message
        : 'The server has a different log than the one this browser was paired with. Consoles stay shut; contact an administrator.',
    );
    return undefined;
  }
}
