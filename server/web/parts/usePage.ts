import { useLayoutEffect } from 'preact/hooks';
import { pageName } from '../state/inbox.ts';

/** Names the page in the tab's title; the inbox has no name. */
export function usePage(name: string): void {
  useLayoutEffect(() => {
    pageName.value = name;
  }, [name]);
}
