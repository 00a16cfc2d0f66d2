import type { Bundle } from '#shared/evidence/bundle.ts';
import type { DetailLine } from '#shared/evidence/format.ts';
import { type Erased, erasedOf } from '#shared/domain/erasure/erased.ts';
import type { State } from '#shared/domain/state.ts';
import type { Entry } from '#shared/domain/entries.ts';
import { TILE_WIDTH } from '#shared/log/merkle/tiles.ts';
import { commitmentsIn } from '#shared/domain/index.ts';
import { isCommitted } from './details.ts';
import { entriesNamed, moment } from './say.ts';
import { count } from './tree.ts';
import { Fault, type Step } from './types.ts';

/** Free text as a page shows it, with what it takes to check it. */
export interface ShownDetail {
  salt: string;
  text: string;
  commitment: string;
}

/** The texts beside entries, each held against the commitment that was signed. */
export class Beside {
  readonly #bundle: Pick<Bundle, 'details' | 'detailed'>;
  /** Texts shown elsewhere that no entry has committed to yet, by commitment. */
  readonly #shown: Map<string, ShownDetail>;
  readonly #shownCount: number;
  #n = -1;
  #details = new Map<string, DetailLine>();
  #unread: Set<number>;
  #texts = 0;
  /** Entries with commitments whose texts are not there, and how many. */
  readonly #without: { entry: number; texts: number }[] = [];

  constructor(bundle: Pick<Bundle, 'details' | 'detailed'>, shown: readonly ShownDetail[]) {
    this.#bundle = bundle;
    this.#unread = new Set(bundle.detailed);
    this.#shown = new Map(shown.map((detail) => [detail.commitment, detail]));
    this.#shownCount = this.#shown.size;
    const wrong = shown.find((detail) => !isCommitted(detail));
    if (wrong)
      throw new Fault('failed', `“${wrong.text.slice(0, 80)}”, which is shown here, is not what was signed.`);
  }

  /** Checks the texts of one entry. In the order of entries. Throws Fault. */
  async entry(entry: Entry, index: number): Promise<void> {
    const n = Math.floor(index / TILE_WIDTH);
    if (n !== this.#n) await this.#turnTo(n);
    let missing = 0;
    for (const { commitment } of commitmentsIn(entry)) {
      this.#shown.delete(commitment);
      const key = `${index} ${commitment}`;
      const detail = this.#details.get(key);
      this.#details.delete(key);
      if (!detail) missing++;
      else if (!isCommitted(detail))
        throw new Fault(
          'failed',
          `Beside entry ${index} lies another text than was committed to in it.`,
          index,
        );
      else this.#texts++;
    }
    if (missing > 0) this.#without.push({ entry: index, texts: missing });
  }

  async #turnTo(n: number): Promise<void> {
    this.#mustBeUsed();
    this.#n = n;
    this.#unread.delete(n);
    for (const detail of await this.#bundle.details(n)) {
      const key = `${detail.entry} ${detail.commitment}`;
      if (this.#details.has(key))
        throw new Fault('failed', `Beside entry ${detail.entry} lies one text twice.`, detail.entry);
      this.#details.set(key, detail);
    }
  }

  #mustBeUsed(): void {
    const [left] = this.#details.values();
    if (left)
      throw new Fault(
        'failed',
        `Beside entry ${left.entry} lies a text that nobody committed to in it.`,
        left.entry,
      );
  }

  /** What was found, once every entry was seen. `state` says what was erased. Throws Fault. */
  *findings(state: State): Generator<Step> {
    this.#mustBeUsed();
    const [unread] = this.#unread;
    if (unread !== undefined)
      throw new Fault(
        'failed',
        `There are texts beside entries ${unread * TILE_WIDTH} and on, and no entries.`,
      );
    const [stray] = this.#shown.values();
    if (stray)
      throw new Fault('failed', `“${stray.text.slice(0, 80)}”, which is shown here, is not what was signed.`);
    const texts = (n: number, verb: string): string =>
      `${count(n, 'text')} ${verb} ${n === 1 ? 'is' : 'are'}`;
    if (this.#texts > 0)
      yield {
        key: 'details',
        state: 'ok',
        sentence: `${texts(this.#texts, 'beside the entries')} exactly what was committed to.`,
      };
    if (this.#shownCount > 0)
      yield {
        key: 'shown',
        state: 'ok',
        sentence: `${texts(this.#shownCount, 'shown here')} exactly what was committed to.`,
      };
    yield* this.#absent(state);
  }

  /** Why texts are not there: erased by whom and when, as the log says; else that is not known here. */
  *#absent(state: State): Generator<Step> {
    const groups = new Map<number, { erased: Erased | undefined; texts: number; entries: number[] }>();
    for (const { entry, texts } of this.#without) {
      const erased = erasedOf(state, entry);
      const group = groups.get(erased?.entry ?? -1) ?? { erased, texts: 0, entries: [] };
      group.texts += texts;
      group.entries.push(entry);
      groups.set(erased?.entry ?? -1, group);
    }
    for (const { erased, texts, entries } of groups.values()) {
      const what = `${count(texts, 'text')} beside ${entriesNamed(entries)} ${texts === 1 ? 'is' : 'are'} not in it: `;
      const who = erased?.by.map((id) => state.get('person', id)?.handle ?? 'somebody unknown').join(' and ');
      const why = erased
        ? `erased at ${moment(erased.at)} by ${who === '' ? 'the retention policy' : who} (entry ${erased.entry}).`
        : 'left out of this bundle, or never sent.';
      yield { key: `details-missing-${erased?.entry ?? ''}`, state: 'note', sentence: what + why };
    }
  }
}
