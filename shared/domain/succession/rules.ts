import { equal, toBase64url } from '#shared/bytes.ts';
import type { Rules } from '#shared/domain/definition.ts';
import { confirmedAct } from '#shared/domain/dual-control/rules.ts';
import type { EntryOf } from '#shared/domain/entries.ts';
import { Contradiction, mustAdminister, mustHold, row, same } from '#shared/domain/judging.ts';
import type { Names } from './entries.ts';
import { parseCheckpoint } from '#shared/log/note/checkpoint.ts';
import { NoteError, parseVkey } from '#shared/log/note/keys.ts';
import { parseNote } from '#shared/log/note/note.ts';
import { checkRegistration } from '#shared/verify/webauthn.ts';

export const rules: Rules<Names> = {
  'genesis/1'({ body }) {
    const { key, registration } = body.administrator;
    checkRegistration(registration, key, body);
  },

  /** What must hold of a recovery besides its touches and the history that it goes on from. Throws Contradiction. */
  'log.recovered/1'({ body }, index, { state }) {
    const log = row(state, 'log', 'log');
    const { origin, lost, restored, touches } = body;
    const { host, number } = partsOf(origin);
    mustHold(host === partsOf(log.origin).host, 'its origin is of another log');
    mustHold(restored.size === index, 'it goes on from another size than the entries before it have');
    mustHold(
      lost.size > restored.size || same({ size: lost.size, root: lost.root }, restored),
      'what it gives up does not go on from what it keeps',
    );
    mustHold(
      lost.note !== '' || lost.size === restored.size,
      'nothing shows that what it gives up was ever signed',
    );
    const signed = lostHead(lost);
    mustHold(
      number > Math.max(partsOf(log.origin).number, signed?.number ?? 0) && (!signed || signed.host === host),
      'its origin does not follow the one that was lost',
    );
    mustBeNewKey(body.logKey, origin, log.logKey);
    mustHold(touches[0]?.by !== touches[1]?.by, 'one person touched twice');
    for (const { by } of touches) mustAdminister(state, by);
  },

  /** What must hold of a rotation besides its touch and endorsement. Throws Contradiction. */
  'log.key-rotated/1'({ body, time }, _, facts) {
    const { origin, logKey: old } = row(facts.state, 'log', 'log');
    const { act, by, logKey, leaseKey } = body;
    const { what } = confirmedAct(facts, { id: act, by, type: 'rotation', time });
    mustHold(same(what, { type: 'rotation', logKey, leaseKey }), 'its keys are not those that were proposed');
    mustBeNewKey(logKey, origin, old);
  },
};

/** How long the first of two touches waits for the second one, in ms. */
export const touchWaits = 24 * 3_600_000;

/** An origin in its parts: `log.example/2` is the second log of its host. */
export function partsOf(origin: string): { host: string; number: number } {
  const at = origin.lastIndexOf('/');
  return { host: origin.slice(0, at), number: Number(origin.slice(at + 1)) };
}

/** A verifier key of this name and with another key than the one before. Throws Contradiction. */
export function mustBeNewKey(logKey: string, origin: string, before: string): void {
  let isNew = false;
  try {
    const key = parseVkey(logKey);
    isNew = key.name === origin && !equal(key.publicKey, parseVkey(before).publicKey);
  } catch {
    // Not a verifier key: the same reason.
  }
  mustHold(isNew, 'its log key is not a new one of this log');
}

/** The origin of the head that is given up, by the note that shows it. Undefined where there is no note. */
function lostHead({
  size,
  root,
  note,
}: EntryOf<'log.recovered'>['body']['lost']): { host: string; number: number } | undefined {
  if (note === '') return undefined;
  try {
    const head = parseCheckpoint(parseNote(note).text);
    mustHold(
      head.size === size && toBase64url(head.root) === root,
      'the note beside its lost head is of another one',
    );
    return partsOf(head.origin);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new Contradiction('the note beside its lost head cannot be read');
  }
}
