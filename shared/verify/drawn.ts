import type { State } from '#shared/domain/state.ts';
import { isOwn } from '#shared/domain/actions/violations.ts';
import type { ActionKind, Batch } from '#shared/domain/actions/statements.ts';
import { type Story, type StoryFacts, type StoryStep, storyOf } from '#shared/domain/sessions/story.ts';
import type { Entry } from '#shared/domain/entries.ts';
import { consoleOf } from '#shared/policy/evaluate.ts';
import { parsePolicy } from '#shared/policy/parse.ts';
import type { ShownDetail } from './beside.ts';
import { same } from '#shared/domain/judging.ts';
import { count } from './tree.ts';
import { Fault, type Step } from './types.ts';

/** A session as a page draws it: what it says of it, step by step and action by action, and every text. */
export interface Drawn {
  /** As of how many entries: what came later it could not know. */
  readonly size: number;
  readonly facts: StoryFacts;
  readonly steps: readonly StoryStep[];
  readonly actions: readonly DrawnAction[];
  readonly texts: readonly ShownDetail[];
}

export interface DrawnAction {
  readonly entry: number;
  /** Its place in the batch. */
  readonly n: number;
  readonly at: number;
  readonly kind: ActionKind;
  readonly who: string;
  readonly console: string;
  readonly trusted: boolean;
  readonly violation: boolean;
  /** Commitment to its detail; undefined where that is not drawn. */
  readonly detail?: string;
}

/** Entries by which a story changes, besides its batches. */
const telling = /^(?:request|session|grant|log|detail|policy)\./;

/** Holds what a page draws of a session against the story that the same entries tell the verifier. */
export class Comparison {
  readonly #drawn: Drawn;
  readonly #entries = new Map<number, Entry>();
  readonly #names = new Map<string, string>();
  readonly #actions: DrawnAction[] = [];
  #then: Story | undefined;
  #now: Story | undefined;

  constructor(drawn: Drawn) {
    this.#drawn = drawn;
  }

  /** Takes in an entry that was folded into `state`. In order. */
  entry(entry: Entry, index: number, state: State): void {
    if (entry.type === 'policy.loaded') this.#name(entry.body.text);
    if (telling.test(entry.type)) this.#entries.set(index, entry);
    else if (entry.type !== 'actions.recorded') return;
    const session = state.get('session', this.#drawn.facts.session);
    if (!session) return;
    if (entry.type === 'actions.recorded' && index < this.#drawn.size)
      this.#actions.push(...actionsIn(entry, index, session.id, state));
    const story = storyOf(
      state,
      session,
      (at) => this.#mustHave(at),
      (console) => this.#names.get(console) ?? console,
    );
    if (index < this.#drawn.size) this.#then = story;
    this.#now = story;
  }

  #name(text: string): void {
    this.#names.clear();
    const parsed = parsePolicy(text);
    if (!parsed.ok) return;
    for (const id of Object.keys(parsed.policy.consoles))
      this.#names.set(id, consoleOf(parsed.policy, id)?.name ?? id);
  }

  #mustHave(index: number): Entry {
    const entry = this.#entries.get(index);
    if (!entry)
      throw new Fault('failed', `Entry ${index}, which this session depends on, is missing.`, index);
    return entry;
  }

  /** What was found, once every entry was seen. Throws Fault where something else is drawn than the log tells. */
  *findings(): Generator<Step> {
    const { facts, steps, actions } = this.#drawn;
    const { facts: told, steps: toldSteps } = this.#then ?? { facts: undefined, steps: [] };
    for (const step of steps)
      if (
        !same(
          step,
          toldSteps.find(({ entry }) => entry === step.entry),
        )
      )
        throw new Fault(
          'failed',
          `What this page shows of entry ${step.entry} does not match the log.`,
          step.entry,
        );
    const hidden = toldSteps.find(({ entry }) => !steps.some((step) => step.entry === entry));
    if (hidden)
      throw new Fault(
        'failed',
        `This page leaves out entry ${hidden.entry}: ${hidden.words}, by ${hidden.who}.`,
        hidden.entry,
      );
    if (steps.length !== toldSteps.length || steps.some((step, n) => step.entry !== toldSteps[n]?.entry))
      throw new Fault(
        'failed',
        'This page shows the steps of the session in a different order than the log.',
      );
    const differing = Object.keys({ ...told, ...facts }).filter(
      (key) => !same(told?.[key as keyof StoryFacts] ?? '', facts[key as keyof StoryFacts] ?? ''),
    );
    if (differing.length > 0)
      throw new Fault(
        'failed',
        `What this page says about the session (${differing.join(', ')}) does not match the log.`,
      );
    this.#mustBeActions(actions);
    yield {
      key: 'drawn',
      state: 'ok',
      sentence: `What this page shows matches the log: ${count(steps.length, 'step')} and ${count(actions.length, 'action')}.`,
    };
    const later = (this.#now?.steps ?? []).filter(({ entry }) => entry >= this.#drawn.size);
    for (const { entry, who, words } of later)
      yield {
        key: `later-${entry}`,
        state: 'unknown',
        sentence: `The log has more than this page shows: ${words}, by ${who} (entry ${entry}). Reload the page.`,
      };
  }

  #mustBeActions(drawn: readonly DrawnAction[]): void {
    for (const [n, told] of this.#actions.entries()) {
      const shown = drawn[n];
      const { detail, ...rest } = told;
      if (
        !shown ||
        !same({ ...shown, detail: '' }, { ...rest, detail: '' }) ||
        ![undefined, detail].includes(shown.detail)
      )
        throw new Fault(
          'failed',
          `What this page shows of action ${told.n + 1} in entry ${told.entry} does not match the record.`,
          told.entry,
        );
    }
    if (drawn.length > this.#actions.length)
      throw new Fault('failed', 'This page shows actions that are not on record in this session.');
  }
}

function actionsIn(
  { body }: Extract<Entry, { type: 'actions.recorded' }>,
  entry: number,
  session: string,
  state: State,
): DrawnAction[] {
  if (!isOwn(state, body.browser, session)) return [];
  const who = state.get('person', state.get('browser', body.browser)?.person ?? '')?.handle ?? '';
  return (JSON.parse(body.batch.text) as Batch).actions.flatMap((action, n) => {
    if (action.session !== session) return [];
    const { at, kind, console, trusted, detail } = action;
    return [{ entry, n, at, kind, who, console, trusted, violation: body.violations.includes(n), detail }];
  });
}
