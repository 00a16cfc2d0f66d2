/** What a verification says of itself while it runs. The verifier yields these; `VerifyPanel` draws them. */
export interface Step {
  /** A step that is yielded again under the same key takes the place of its earlier state. */
  key: string;
  /** What was checked, in a sentence. A failure names the entry. */
  sentence: string;
  state: 'checking' | 'ok' | 'failed' | 'unknown';
  /** How far this step is, where that is known. */
  progress?: { done: number; of: number };
}

/** Runs a verification in this page. It stops when `signal` aborts. */
export type Verify = (signal: AbortSignal) => AsyncGenerator<Step, void, void>;

/** The steps so far with `next` in its place. */
export function withStep(steps: readonly Step[], next: Step): Step[] {
  const at = steps.findIndex(({ key }) => key === next.key);
  return at === -1 ? [...steps, next] : steps.with(at, next);
}

export type Verdict = 'checking' | 'ok' | 'failed' | 'unknown';

/** One failure fails all; one unknown leaves all unknown; nothing is `ok` before the end. */
export function verdictOf(steps: readonly Step[], ended: boolean): Verdict {
  if (steps.some(({ state }) => state === 'failed')) return 'failed';
  if (!ended) return 'checking';
  if (steps.length === 0 || steps.some(({ state }) => state !== 'ok')) return 'unknown';
  return 'ok';
}
