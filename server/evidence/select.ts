import type { Batch } from '#shared/domain/actions/statements.ts';
import type { SignedText } from '#shared/domain/signing.ts';
import { type Entry, type Rows, entryTypes } from '#shared/domain/entries.ts';
import { storyEntries } from '#shared/domain/sessions/story.ts';
import type { Cut } from '#shared/domain/exports/entries.ts';
import type { Committed } from '#shared/domain/definition.ts';
import { inSlices } from '../slices.ts';
import type { Held } from './held.ts';

/** Which entries of a log a cut discloses, and which of the texts beside them. */
export interface Selection {
  /** Ascending; undefined where it is every one. */
  readonly entries: readonly number[] | undefined;
  /** Whether the text behind a commitment in this entry goes along. */
  readonly withText: (index: number, committed: Committed) => boolean;
}

/** Every cut rests on these, so they go along whole: who people are, with which keys and browsers, under which policy. */
const foundation = entryTypes.filter((type) =>
  /^(genesis$|policy\.|person\.|key\.|browser\.|act\.|log\.|detail\.)/.test(type),
);

/** Chooses what a cut discloses: what it is about, the stories that this belongs to, and what those rest on. */
export async function select(held: Held, cut: Cut): Promise<Selection> {
  if (cut.kind === 'all') return { entries: undefined, withText: () => true };
  const about = new Set(subject(held, cut).filter((index) => index < held.size));
  const all = new Set(about);
  const stories = new Stories(held);
  const rest = inSlices();
  for (const index of about) {
    await rest();
    for (const of of stories.around(held.entry(index))) all.add(of);
  }
  for (const type of foundation) for (const index of held.find(`type:${type}`)) all.add(index);
  return {
    entries: [...all].filter((index) => index < held.size).sort((a, b) => a - b),
    withText(index, { action }) {
      if (!about.has(index)) return false;
      if (!action) return true;
      if (cut.kind === 'session') return action.session === cut.session;
      return cut.kind !== 'console' || action.console === cut.console;
    },
  };
}

function subject(held: Held, cut: Exclude<Cut, { kind: 'all' }>): number[] {
  switch (cut.kind) {
    case 'session':
      return session(held, cut.session);
    case 'person':
      return held.find(`person:${cut.person}`);
    case 'console':
      return held.find(`console:${cut.console}`);
    case 'period':
      return period(held, cut.from, cut.to);
  }
}

/** The entries of a period: time never goes back, so its ends are found by halving. */
function period(held: Held, from: number, to: number): number[] {
  const first = firstWhere(held.size, (index) => held.entry(index).time >= from);
  const end = firstWhere(held.size, (index) => held.entry(index).time >= to);
  return Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
}

/** The lowest n below `size` for which it holds; `size` where for none. It must hold for every n after the first. */
function firstWhere(size: number, holds: (n: number) => boolean): number {
  let [low, high] = [0, size];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * A session's story and its browser's chain: from the last batch before it started, so that none is missing at its
 * beginning, to the last that it had recorded at its end or that still speaks of it.
 */
function session(held: Held, id: string): number[] {
  const { state } = held;
  const row = state.get('session', id);
  const grant = row && state.get('grant', row.grant);
  const browser = row && state.get('browser', row.browser);
  if (!row || !grant || !browser) return [];
  const placeOf = (number: number): number => held.newest(`batch:${browser.id}:${number}`) ?? Infinity;
  const [start = 0] = row.entries;
  const before = firstWhere(browser.number + 1, (number) => placeOf(number) > start) - 1;
  const endEntry = grant.entries.find((index) => held.entry(index).type === 'grant.ended') ?? Infinity;
  const byEnd = firstWhere(browser.number + 1, (number) => placeOf(number) > endEntry) - 1;
  const own = held
    .find(`session:${id}`)
    .map((index) => held.entry(index))
    .flatMap((entry) => (entry.type === 'actions.recorded' ? [entry.body.number] : []));
  const last = Math.min(browser.number, Math.max(before, byEnd, namedAtEnd(held, endEntry), ...own));
  const chain: number[] = [];
  for (let number = Math.max(0, before); number <= last; number++) chain.push(placeOf(number));
  return [...storyEntries(state, row), ...chain];
}

/** The last batch that the browser named when it handed the grant back; -1 where it did not. */
function namedAtEnd(held: Held, index: number): number {
  if (index === Infinity) return -1;
  const entry = held.entry(index);
  if (entry.type !== 'grant.ended' || !entry.body.end) return -1;
  return (JSON.parse(entry.body.end.text) as { number: number }).number;
}

/** The entries of requests and grants, by what they belong to. */
class Stories {
  readonly #held: Held;
  readonly #requests = new Map<string, Rows['request'][]>();

  constructor(held: Held) {
    this.#held = held;
    for (const [, request] of held.state.all('request'))
      for (const grant of new Set([request.grant, request.extends]))
        if (grant) this.#requests.set(grant, [...(this.#requests.get(grant) ?? []), request]);
  }

  /** Every entry about a grant but for what was done in it. */
  of(grant: Rows['grant']): number[] {
    const requests = this.#requests.get(grant.id) ?? [];
    return [...grant.entries, ...requests.flatMap(({ entries }) => entries)];
  }

  /** The stories that an entry belongs to. */
  around(entry: Entry): number[] {
    const { state } = this.#held;
    const grants = new Set<string>();
    const found: number[] = [];
    const ofRequest = (id: string): void => {
      const request = state.get('request', id);
      found.push(...(request?.entries ?? []));
      for (const grant of [request?.grant, request?.extends]) if (grant) grants.add(grant);
    };
    if (entry.type === 'actions.recorded') {
      for (const id of sessionsIn(entry.body.batch)) grants.add(state.get('session', id)?.grant ?? '');
    } else {
      if ('request' in entry.body) ofRequest(entry.body.request);
      if ('grant' in entry.body && entry.body.grant !== undefined) grants.add(entry.body.grant);
    }
    for (const id of grants) {
      const grant = state.get('grant', id);
      if (grant) found.push(...this.of(grant));
    }
    return found;
  }
}

const sessionsIn = ({ text }: SignedText): Set<string> =>
  new Set((JSON.parse(text) as Batch).actions.flatMap(({ session }) => (session === '' ? [] : [session])));
