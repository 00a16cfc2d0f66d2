import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Code, Refusal } from '#shared/errors.ts';
import type { PageTopic } from '#shared/wire/stream.ts';
import { sentenceOf } from './sentence.ts';
import { everything, listen } from './stream.ts';

/** Something fetched and kept fresh. `data` stays while a later fetch fails; `problem` then says why. */
export interface Resource<T> {
  data: T | undefined;
  problem: string | undefined;
  /** The code of the refusal that `problem` tells, where it is one. */
  code: Code | undefined;
  refetch: () => void;
}

/**
 * Fetches `load` when `key` changes and again at every nudge about one of `topics`. Nudges that come during a fetch
 * lead to one more fetch after it, so the last state always wins.
 */
export function useResource<T>(
  key: string,
  load: () => Promise<T>,
  topics: readonly PageTopic[] = [],
): Resource<T> {
  const [shown, setShown] = useState<{ key: string; data?: T; problem?: string; code?: Code | undefined }>({
    key,
  });
  const latest = useRef({ key, load });
  latest.current = { key, load };
  const state = useRef({ busy: false, again: false, gone: false });

  const refetch = useCallback(() => {
    const at = state.current;
    if (at.busy) {
      at.again = true;
      return;
    }
    at.busy = true;
    const { key: asked, load: fetching } = latest.current;
    const show = (change: { data: T } | { problem: string; code: Code | undefined }): void => {
      if (at.gone || latest.current.key !== asked) return;
      // A failure keeps the data it could not renew; data clears the failure.
      setShown((was) =>
        'data' in change || was.key !== asked ? { key: asked, ...change } : { ...was, ...change },
      );
    };
    fetching()
      .then(
        (data) => show({ data }),
        (error: unknown) =>
          show({ problem: sentenceOf(error), code: error instanceof Refusal ? error.code : undefined }),
      )
      .finally(() => {
        at.busy = false;
        if (at.again && !at.gone) {
          at.again = false;
          refetch();
        }
      });
  }, []);

  useEffect(refetch, [key, refetch]);
  const wanted = topics.join(' ');
  useEffect(() => {
    const mine = wanted.split(' ');
    return listen((heard) => {
      if (heard.some((topic) => topic === everything || mine.includes(topic))) refetch();
    });
  }, [wanted, refetch]);
  useEffect(() => {
    const at = state.current;
    at.gone = false;
    return () => {
      at.gone = true;
    };
  }, []);

  const current = shown.key === key ? shown : { key };
  return { data: current.data, problem: current.problem, code: current.code, refetch };
}
