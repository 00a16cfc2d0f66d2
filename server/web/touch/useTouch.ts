import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { TouchState } from '#shared/ui/index.ts';
import type { Statement } from '#shared/domain/statements.ts';
import type { Touch } from '#shared/domain/primitives.ts';
import { wire } from '#shared/wire/index.ts';
import type { Draft } from '#shared/wire/common.ts';
import { api, sentenceOf } from '../state/api.ts';
import { credential, me } from '../state/me.ts';
import type { Signer } from './statements.ts';
import { NoTouch, touch } from './touch.ts';

/** Where a touch stands and how to start one. `run` never throws: it answers whether the work was done. */
export interface Touching {
  state: TouchState;
  /** Why the last try failed, with the next step. */
  problem: string | undefined;
  run: (work: (signal: AbortSignal) => Promise<void>) => Promise<boolean>;
  reset: () => void;
}

/** Runs one ceremony at a time and stops it when the page goes away. */
export function useTouch(): Touching {
  const [shown, setShown] = useState<{ state: TouchState; problem?: string }>({ state: 'idle' });
  const running = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const run = useCallback(async (work: (signal: AbortSignal) => Promise<void>) => {
    running.current?.abort();
    const mine = new AbortController();
    running.current = mine;
    setShown({ state: 'waiting' });
    try {
      await work(mine.signal);
      if (!mine.signal.aborted) setShown({ state: 'done' });
      return true;
    } catch (error) {
      if (!mine.signal.aborted) setShown({ state: 'failed', problem: sentenceOf(error) });
      return false;
    }
  }, []);
  const reset = useCallback(() => {
    running.current?.abort();
    setShown({ state: 'idle' });
  }, []);
  return { state: shown.state, problem: shown.problem, run, reset };
}

/** The person signed in and the key they chose. Throws NoTouch when nobody is there any more. */
export function signer(): Signer {
  const person = me.value?.person.id;
  if (person === undefined || credential.value === undefined)
    throw new NoTouch('You are not signed in. Sign in with your key and try again.');
  return { person, credential: credential.value };
}

/** Touches a statement of the person signed in, with a fresh draft. */
export async function touchNow(
  compose: (draft: Draft, signer: Signer) => Statement,
  signal: AbortSignal,
): Promise<Touch> {
  const draft = await api(wire.prepareStatement, { body: {} });
  return touch(compose(draft, signer()), signal);
}
