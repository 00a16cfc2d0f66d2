import { type Doubt, type Reading, sayDoubt } from './read.ts';
import { count } from './tree.ts';
import { Fault, type Step, type Verdict, type Verification } from './types.ts';

/** Doubts that are told one by one; more of them are counted. */
const NAMED = 20;

/**
 * What does not hold, and what rests on it. `concerns` says whether a doubt is about what is being verified: then it
 * fails, else it is a note, for the rest of the log is judged all the same.
 */
export function* doubtful(
  { doubts }: Pick<Reading, 'doubts'>,
  concerns: (doubt: Doubt) => boolean,
): Generator<Step> {
  const faults = doubts.filter(({ reason }) => reason !== undefined);
  for (const [n, { entry, reason = '' }] of faults.slice(0, NAMED).entries()) {
    const resting = doubts.filter(({ on }) => on === entry);
    const isOurs = doubts.some((doubt) => (doubt.entry === entry || doubt.on === entry) && concerns(doubt));
    const rest =
      resting.length === 0
        ? 'Nothing depends on it.'
        : `${resting.length === 1 ? 'One later entry depends' : `${resting.length} later entries depend`} on it (${entriesNamed(resting.map((doubt) => doubt.entry))}).`;
    yield {
      key: n === 0 ? 'reading' : `doubt-${entry}`,
      state: isOurs ? 'failed' : 'note',
      sentence: `${sayDoubt(entry, reason)} ${rest}${isOurs ? '' : ' What is verified here does not.'}`,
      entry,
    };
  }
  const more = faults.slice(NAMED);
  if (more.length > 0)
    yield {
      key: 'doubts',
      state: doubts.some((doubt) => doubt.entry >= (more[0]?.entry ?? 0) && concerns(doubt))
        ? 'failed'
        : 'note',
      sentence: `${count(more.length, 'more entry does', 'more entries do')} not hold (${entriesNamed(more.map(({ entry }) => entry))}).`,
    };
  if (doubts.length > 0)
    yield { key: 'aside', state: 'note', sentence: 'The rest of this report covers the entries that hold.' };
}

/** What the reading found, in sentences. */
export function* findings({ state, tally }: Reading, whole: boolean): Generator<Step> {
  const { touches, registrations, browserSigned, batches, asked, decided, selfApproved } = tally;
  const ok = (key: string, sentence: string): Step => ({ key, state: 'ok', sentence });
  const unknown = (key: string, sentence: string): Step => ({ key, state: 'unknown', sentence });
  yield ok(
    'touches',
    `${every(touches, 'touch', 'touches')} is by a key that was enrolled then, over exactly these terms and this history.`,
  );
  yield ok(
    'registrations',
    `${every(registrations, 'registration')} made the very key that was enrolled. Manufacturers' certificates were not checked.`,
  );
  if (browserSigned + batches > 0)
    yield ok(
      'browsers',
      `${count(browserSigned, 'request, withdrawal or end', 'requests, withdrawals and ends')} and ${count(batches, 'batch', 'batches')} of actions are signed by a browser that was paired then; no batch is missing between two others${whole ? '' : ', except as noted below'}.`,
    );
  if (asked + decided + selfApproved > 0)
    yield ok(
      'policy',
      `The logged policy, evaluated again, gives the same answer to ${count(asked, 'request')}, ${count(decided, 'decision')} and ${count(selfApproved, 'self-approved start')}.`,
    );
  const violations = tally.violations.reduce((sum, found) => sum + found.count, 0);
  if (batches > 0)
    yield ok(
      'violations',
      violations === 0
        ? `No action${whole ? '' : ' that is here'} was done after its grant had ended or where the mode forbade it.`
        : `${count(violations, 'action was', 'actions were')} done after the grant had ended or where the mode forbade it (${entriesNamed(tally.violations.map(({ entry }) => entry))}).`,
    );
  if (tally.unsignedEnds.length > 0)
    yield {
      key: 'unsigned',
      state: 'note',
      sentence: `Who revoked or unpaired what is the server's word, because ending access takes no touch (${entriesNamed(tally.unsignedEnds)}).`,
    };
  if (tally.suspensions.length > 0)
    yield ok(
      'suspensions',
      `${count(tally.suspensions.length, 'browser was', 'browsers were')} suspended for signing two different histories, which points to a copied profile; the log holds both (${entriesNamed(tally.suspensions)}).`,
    );
  for (const { entry, lost, known } of tally.recoveries)
    yield {
      key: `recovered-${entry}`,
      state: 'note',
      sentence: `Two administrators recovered the log without what was lost (entry ${entry}): ${lost === 0 ? 'its key or its lock, and no known entry' : `${count(lost, 'entry that had', 'entries that had')} been signed`}.${known ? '' : ' Their head is signed by a key that the remaining log does not name.'}`,
    };
  if (tally.endsUnseen.length > 0)
    yield unknown(
      'ends-unseen',
      `What is disclosed here relies on rights that were taken away (${entriesNamed([...new Set(tally.endsUnseen)])}), and the entries right after that are not included, so whether access ended cannot be shown.`,
    );
  for (const { entry, handle } of tally.hostResets)
    yield unknown(
      `reset-${entry}`,
      `A host command reset the keys of ${handle} (entry ${entry}). That whoever enrolled after it is ${handle} is the server's word.`,
    );
  for (const { entry, browser, number } of whole ? tally.ends : []) {
    const last = state.get('browser', browser)?.number ?? -1;
    if (last < number)
      yield unknown(
        `outbox-${entry}`,
        `When access ended (entry ${entry}), a browser said that it had recorded batches up to ${number}; the log has ${last < 0 ? 'none' : `them up to ${last}`}. The rest never arrived.`,
      );
  }
}

const every = (n: number, one: string, many = `${one}s`): string =>
  n === 1 ? `The one ${one}` : `Every one of ${n} ${many}`;

export const entriesNamed = (indexes: readonly number[]): string => {
  const shown = indexes.slice(0, 5).join(', ');
  const more = indexes.length > 5 ? ` and ${indexes.length - 5} more` : '';
  return `${indexes.length === 1 ? 'entry' : 'entries'} ${shown}${more}`;
};

/** Runs steps to their end and says the verdict; whatever is thrown becomes the last step. */
export async function* concluding(
  steps: AsyncGenerator<Step, unknown, void>,
  whenOk: () => string,
): Verification {
  /** The step that is under way: what is thrown takes its place. */
  let running = 'checkpoint';
  let unknown: Step | undefined;
  let failed: Step | undefined;
  try {
    for await (const step of steps) {
      running = step.state === 'checking' ? step.key : 'fault';
      if (step.state === 'unknown') unknown ??= step;
      if (step.state === 'failed') failed ??= step;
      yield step;
    }
  } catch (error) {
    const fault =
      error instanceof Fault
        ? error
        : new Fault('unknown', error instanceof Error ? error.message : String(error));
    const { state, message: sentence, entry } = fault;
    yield { key: running, state, sentence };
    return failedBy(failed) ?? { state, sentence, ...(entry === undefined ? {} : { entry }) };
  }
  const failure = failedBy(failed);
  if (failure) return failure;
  return unknown ? { state: 'unknown', sentence: unknown.sentence } : { state: 'ok', sentence: whenOk() };
}

const failedBy = (step: Step | undefined): Verdict | undefined =>
  step && {
    state: 'failed',
    sentence: step.sentence,
    ...(step.entry === undefined ? {} : { entry: step.entry }),
  };

/** A moment, the same for every reader. */
export const moment = (time: number): string =>
  new Date(time)
    .toISOString()
    .replace(/:\d\d\.\d+Z$/, ' UTC')
    .replace('T', ' ');
