import { NO_SALT } from '../log/index.ts';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { equal, fromBase64url, toBase64url } from '#shared/bytes.ts';
import type { Batch } from '#shared/domain/actions/statements.ts';
import type { Entry } from '#shared/domain/entries.ts';
import { commit } from '#shared/domain/signing.ts';
import type { Finding } from '#shared/log/tiles/types.ts';
import { commitmentsIn } from '#shared/domain/index.ts';

/** The commitments in an entry, each once; undefined where what was signed in it is not in its form. */
function commitmentsOf(entry: Entry): Uint8Array[] | undefined {
  try {
    return [...new Set(committedBy(entry))].map(fromBase64url);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** A batch that suspended its browser is kept with its details, though it counts nowhere. */
const committedBy = (entry: Entry): string[] =>
  entry.type === 'browser.ended' && entry.body.evidence
    ? (JSON.parse(entry.body.evidence.text) as Batch).actions.map(({ detail }) => detail)
    : commitmentsIn(entry).map(({ commitment }) => commitment);

/** Holds the details beside the log against the commitments in it. */
export class Details {
  readonly #db: DatabaseSync;
  readonly #find: StatementSync;
  /** Rows that belong to an entry that was looked at. */
  #matched = 0;
  /** Entries beside which an erased detail was found. */
  readonly #empty: number[] = [];
  /** What the log says was erased: by acts, each with its entries, and below an index. */
  readonly #proposed = new Map<string, readonly number[]>();
  readonly #onDemand = new Set<number>();
  #below = 0;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#find = db.prepare('SELECT salt, detail, entry FROM details WHERE commitment = ?');
  }

  /** The details that an entry commits to. One that was erased stays as an empty row; one without a row was lost. */
  *check(entry: Entry, index: number): Generator<Finding> {
    this.#noteErasure(entry);
    const failed = { state: 'failed', part: 'detail', index } as const;
    const commitments = commitmentsOf(entry);
    if (!commitments) {
      yield { ...failed, sentence: `What entry ${index} commits to cannot be read.` };
      return;
    }
    for (const commitment of commitments) {
      const row = this.#find.get(commitment);
      if (!row) {
        yield { ...failed, sentence: `A detail beside entry ${index} is missing, and no erasure says so.` };
        continue;
      }
      if (Number(row['entry']) !== index) continue; // the same detail was kept with an earlier entry
      this.#matched += 1;
      const { salt, detail } = row;
      if (salt instanceof Uint8Array && equal(salt, NO_SALT)) this.#empty.push(index);
      else if (
        !(salt instanceof Uint8Array) ||
        commit(toBase64url(salt), String(detail)) !== toBase64url(commitment)
      )
        yield {
          ...failed,
          sentence: `A detail beside entry ${index} is not the text that was committed to.`,
        };
    }
  }

  #noteErasure({ type, body }: Entry): void {
    if (type === 'act.proposed' && body.what.type === 'erasure')
      this.#proposed.set(body.act, body.what.entries);
    if (type !== 'detail.erased') return;
    for (const entry of this.#proposed.get(body.act ?? '') ?? []) this.#onDemand.add(entry);
    this.#below = Math.max(this.#below, body.below ?? 0);
  }

  /** Details that were erased though no entry says so, and rows that no entry commits to. */
  *rest(): Generator<Finding> {
    for (const index of this.#empty)
      if (index >= this.#below && !this.#onDemand.has(index))
        yield {
          state: 'failed',
          part: 'detail',
          index,
          sentence: `A detail beside entry ${index} was erased, and no entry says so.`,
        };
    const total = Number(this.#db.prepare('SELECT count(*) AS n FROM details').get()?.['n']);
    if (total !== this.#matched)
      yield {
        state: 'failed',
        part: 'detail',
        sentence: `${Math.abs(total - this.#matched)} details lie beside entries that do not commit to them.`,
      };
  }
}
