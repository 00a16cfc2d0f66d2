/** What doctor found about one thing. */
export interface HostFinding {
  readonly check: string;
  /** `warn` is worth a look and no reason to wake anybody; `unknown` could not be judged. */
  readonly state: 'ok' | 'warn' | 'fail' | 'unknown';
  readonly sentence: string;
  /** What to do about it. */
  readonly next?: string;
}

export const ok = (check: string, sentence: string): HostFinding => ({ check, state: 'ok', sentence });
export const warn = (check: string, sentence: string, next: string): HostFinding => ({
  check,
  state: 'warn',
  sentence,
  next,
});
export const fail = (check: string, sentence: string, next: string): HostFinding => ({
  check,
  state: 'fail',
  sentence,
  next,
});
