import { signal } from '@preact/signals';

type Kind = 'success' | 'warn' | 'danger';

/** The last note that any page wants shown; the frame shows it. */
export const said = signal<{ words: string; kind: Kind; number: number } | undefined>(undefined);

export function say(words: string, kind: Kind = 'success'): void {
  said.value = { words, kind, number: (said.peek()?.number ?? 0) + 1 };
}
