import type { Entry } from '#shared/entries/types.ts';
import { challengeOf, readStatement } from '#shared/statement/signing.ts';
import { type Context, activePerson, row, same } from './rules.ts';
import { type ExpectedTouch, anything, touchesOf } from './statements.ts';
import { mustHold } from './types.ts';
import type { ProvenTree } from './tree.ts';
import { type Place, checkAssertion } from './webauthn.ts';

/** What an entry may take to be written after its statement expired, in ms: the writer can have had a queue. */
const writing = 60_000;

/** What all touches of a log have in common. */
export class TouchChecker {
  readonly #history: Pick<ProvenTree, 'root'>;
  readonly #nonces = new Set<string>();

  constructor(history: Pick<ProvenTree, 'root'>) {
    this.#history = history;
  }

  /** Checks every touch in an entry against what the entries before it say. Throws Contradiction. */
  async check(entry: Entry, index: number, context: Context): Promise<void> {
    const place = entry.type === 'genesis' ? entry.body : undefined;
    for (const expected of touchesOf(entry, context.state)) {
      await this.#one(expected, entry, index, context, place ?? row(context.state, 'log', 'log'));
      context.tally.touches++;
    }
  }

  async #one(
    { touch, type, fields, newKey, waits = 0 }: ExpectedTouch,
    { time }: Entry,
    index: number,
    { state, keys, signatures, whole }: Context,
    place: Place & { origin: string },
  ): Promise<void> {
    const statement = readStatement(touch.statement);
    mustHold(statement.type === type, `its touch is over a statement of type ${statement.type}`);
    mustHold(statement.log === place.origin, 'its touch is for another log');
    const said: Readonly<Record<string, unknown>> = statement;
    for (const [field, value] of Object.entries(fields))
      mustHold(value === anything || same(said[field], value), `its touch says another ${field}`);
    mustHold(said['credential'] === touch.credential, 'its touch is by another key than it names');

    mustHold(!this.#nonces.has(statement.nonce), 'its touch was used before');
    this.#nonces.add(statement.nonce);
    mustHold(time <= statement.expires + waits + writing, 'its touch had expired');
    const { size, root } = statement.head;
    mustHold(size <= index, 'whoever touched it was shown more entries than the log has before it');
    const history = await this.#history.root(size);
    mustHold(
      history === root || (history === undefined && !whole),
      'whoever touched it was shown another history of this log',
    );

    signatures.mustHold(
      checkAssertion(touch, challengeOf(touch.statement), publicKeyOf(), place, keys),
      'the touch does not hold',
    );

    function publicKeyOf(): string {
      if (newKey) {
        mustHold(newKey.id === touch.credential, 'its touch is by another key than the one it enrols');
        return newKey.publicKey;
      }
      const key = state.get('key', touch.credential);
      mustHold(
        key !== undefined && key.removed === undefined,
        'its touch is by a key that was not enrolled then',
      );
      mustHold(key.person === said['actor'], 'its touch is by the key of somebody else');
      activePerson(state, key.person);
      return key.publicKey;
    }
  }
}
