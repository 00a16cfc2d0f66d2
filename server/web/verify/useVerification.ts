import { useEffect, useRef, useState } from 'preact/hooks';
import { sentenceOf } from '../state/sentence.ts';
import type { Step, Verdict, Verification } from '#shared/verify/types.ts';

/** The steps so far with `next` in its place. */
const withStep = (steps: readonly Step[], next: Step): readonly Step[] => {
  const at = steps.findIndex(({ key }) => key === next.key);
  return at === -1 ? [...steps, next] : steps.with(at, next);
};

export interface Verifying {
  readonly steps: readonly Step[];
  readonly verdict: Verdict | 'none' | 'running';
  /** Starts a verification; one that runs already is left behind. */
  readonly run: (verify: () => Verification) => Promise<void>;
}

/** A verification as it runs in this page, one at a time. */
export function useVerification(): Verifying {
  const [steps, setSteps] = useState<readonly Step[]>([]);
  const [verdict, setVerdict] = useState<Verdict | 'none' | 'running'>('none');
  const running = useRef<Verification | undefined>(undefined);
  useEffect(
    () => () => {
      running.current = undefined;
    },
    [],
  );
  const run = async (verify: () => Verification): Promise<void> => {
    const mine = verify();
    running.current = mine;
    setSteps([]);
    setVerdict('running');
    try {
      for (;;) {
        const { value, done } = await mine.next();
        // Another run, or another page, has taken its place.
        if (running.current !== mine) return;
        if (done === true) {
          setVerdict(value);
          return;
        }
        setSteps((all) => withStep(all, value));
      }
    } catch (error) {
      if (running.current === mine) setVerdict({ state: 'unknown', sentence: sentenceOf(error) });
    }
  };
  return { steps, verdict, run };
}
