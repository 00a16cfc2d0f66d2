import { fromBase64url } from '#shared/bytes.ts';
import type { Checks, TouchesOf } from '#shared/domain/definition.ts';
import { overAct } from '#shared/domain/dual-control/verify.ts';
import { mustHold, row } from '#shared/domain/judging.ts';
import { must } from '#shared/domain/state.ts';
import type { Names } from './entries.ts';
import { touchWaits } from './rules.ts';
import { endorsed } from './statements.ts';
import { anything, expected } from '#shared/domain/touches.ts';
import { openCheckpoint } from '#shared/log/note/checkpoint.ts';
import { parseVkey } from '#shared/log/note/keys.ts';
import { ed25519, verifyEd25519 } from '#shared/verify/keys.ts';

export const touches: TouchesOf<Names> = {
  'genesis/1'({ body }) {
    const { person: actor, handle, key, touch } = body.administrator;
    // The code of the set-up link is in no entry: nobody was there to write it down.
    return [expected('enrolment', touch, { actor, handle, invitation: anything }, key)];
  },
  'log.recovered/1'({ body }) {
    const { origin, lost, restored, logKey, leaseKey, touches } = body;
    const { size, root } = lost;
    const terms = { origin, lost: { size, root }, restored, logKey, leaseKey };
    return touches.map(({ by: actor, touch }) => ({
      ...expected('recovery', touch, { actor, ...terms }),
      waits: touchWaits,
    }));
  },
  'log.key-rotated/1'({ body }, state) {
    const { act, by, touch } = body;
    return [overAct(touch, act, must(state, 'act', act).what, by)];
  },
};

export const checks: Checks<Names> = {
  'genesis/1'({ body }, _, { tally }) {
    tally.logKeys.push(body.logKey);
    tally.registrations++;
  },

  async 'log.recovered/1'({ body: { lost, restored, logKey } }, index, { state, tally, whole, rootAt }) {
    const root = await rootAt(index);
    mustHold(
      root === restored.root || (root === undefined && !whole),
      'it goes on from another history than the entries before it',
    );
    // False where a rotation or another recovery, which names the key that signed, is among what was lost.
    const known =
      lost.note === '' ||
      (await openCheckpoint(lost.note, parseVkey(row(state, 'log', 'log').logKey), verifyEd25519).then(
        () => true,
        () => false,
      ));
    tally.logKeys.push(logKey);
    tally.recoveries.push({ entry: index, lost: lost.size - restored.size, known });
  },

  'log.key-rotated/1'({ body: { act, logKey, leaseKey, endorsement } }, _, { state, signatures, tally }) {
    const { origin, logKey: old } = row(state, 'log', 'log');
    const bytes = endorsed({ log: origin, old, new: logKey, leaseKey, act });
    signatures.mustHold(
      ed25519(parseVkey(old).publicKey).then((check) => check(bytes, fromBase64url(endorsement))),
      'the key before did not endorse the one that follows',
    );
    tally.logKeys.push(logKey);
  },
};
