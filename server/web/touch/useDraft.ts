import { useEffect, useRef, useState } from 'preact/hooks';
import { wire } from '#shared/wire/index.ts';
import type { Draft } from '#shared/wire/common.ts';
import { api, sentenceOf } from '../state/api.ts';

/** A draft lives two minutes; renewing it each minute leaves a minute for the touch. */
const renewal = 60_000;

/**
 * A living draft for terms that the page draws with absolute times. While `held` (the key is being touched) it stays as
 * it is, so that what is signed is what stands on the page.
 */
export function useDraft(held: boolean): { draft: Draft | undefined; problem: string | undefined } {
  const [shown, setShown] = useState<{ draft?: Draft; problem?: string }>({});
  const holding = useRef(held);
  holding.current = held;
  useEffect(() => {
    let gone = false;
    const renew = (): void => {
      if (holding.current || document.hidden) return;
      api(wire.prepareStatement, { body: {} }).then(
        (draft) => !gone && !holding.current && setShown({ draft }),
        (error: unknown) => !gone && setShown({ problem: sentenceOf(error) }),
      );
    };
    renew();
    const timer = setInterval(renew, renewal);
    document.addEventListener('visibilitychange', renew);
    return () => {
      gone = true;
      clearInterval(timer);
      document.removeEventListener('visibilitychange', renew);
    };
  }, []);
  return { draft: shown.draft, problem: shown.problem };
}
