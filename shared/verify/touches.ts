import type { Entry } from '#shared/domain/entries.ts';
import { challengeOf } from '#shared/domain/signing.ts';
import { readStatement } from '#shared/domain/statements.ts';
import type { Context } from './context.ts';
import { type Facts, activePerson, row, same, mustHold } from '#shared/domain/judging.ts';
import { type ExpectedTouch, anything } from '#shared/domain/touches.ts';
import { touchesOf } from '#shared/domain/index.ts';
import { type RelyingParty, checkAssertion } from './webauthn.ts';

/** What an entry may take to be written after its statement expired, in ms: the writer can have had a queue. */
export const writing = 60_000;

const placeOf = (entry: Entry, { state }: Facts): RelyingParty & { origin: string } =>
  entry.type === 'genesis' ? entry.body : row(state, 'log', 'log');

/**
 * What must hold of every touch in an entry, apart from its signature: that its statement says what the entry says, for
 * this log and in time, and that its key is one of whoever is said to have touched it. Throws Contradiction.
 */
export function touchRule(entry: Entry, index: number, facts: Facts): void {
  for (const expected of touchesOf(entry, facts.state)) mustFit(expected, entry, index, facts);
}

function mustFit(expected: ExpectedTouch, entry: Entry, index: number, facts: Facts): void {
  const { touch, type, fields, waits = 0 } = expected;
  const statement = readStatement(touch.statement);
  mustHold(statement.type === type, `its touch is over a statement of type ${statement.type}`);
  mustHold(statement.log === placeOf(entry, facts).origin, 'its touch is for another log');
  const said: Readonly<Record<string, unknown>> = statement;
  for (const [field, value] of Object.entries(fields))
    mustHold(value === anything || same(said[field], value), `its touch says another ${field}`);
  mustHold(said['credential'] === touch.credential, 'its touch is by another key than it names');
  mustHold(entry.time <= statement.expires + waits + writing, 'its touch had expired');
  mustHold(
    statement.head.size <= index,
    'whoever touched it was shown more entries than the log has before it',
  );
  const key = keyOf(expected, facts);
  if (key.person === undefined) return;
  mustHold(key.person === said['actor'], 'its touch is by the key of somebody else');
  activePerson(facts.state, key.person);
}

/** The key that a touch is by: the one that this very entry enrols, or one enrolled before. */
function keyOf(
  { touch, newKey }: ExpectedTouch,
  { state }: Facts,
): { publicKey: string; person: string | undefined } {
  if (newKey) {
    mustHold(newKey.id === touch.credential, 'its touch is by another key than the one it enrols');
    return { publicKey: newKey.publicKey, person: undefined };
  }
  const key = state.get('key', touch.credential);
  mustHold(
    key !== undefined && key.removed === undefined,
    'its touch is by a key that was not enrolled then',
  );
  return key;
}

/** Checks what touches are signatures for: each is used once, over the history that the log has, by its key. */
export class TouchChecker {
  readonly #nonces = new Set<string>();

  /** For entries that `touchRule` passed. Throws Contradiction. */
  async check(entry: Entry, index: number, context: Context): Promise<void> {
    const { keys, signatures, tally, whole } = context;
    for (const expected of touchesOf(entry, context.state)) {
      const { touch } = expected;
      const { nonce, head } = readStatement(touch.statement);
      mustHold(!this.#nonces.has(nonce), 'its touch was used before');
      this.#nonces.add(nonce);
      const history = await context.rootAt(head.size);
      mustHold(
        history === head.root || (history === undefined && !whole),
        'whoever touched it was shown another history of this log',
      );
      const { publicKey } = keyOf(expected, context);
      signatures.mustHold(
        checkAssertion(touch, challengeOf(touch.statement), publicKey, placeOf(entry, context), keys),
        'the touch does not hold',
      );
      tally.touches++;
    }
  }
}
