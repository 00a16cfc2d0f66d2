import { canonical } from '#shared/log/canonical.ts';
import type { Drawn } from '#shared/verify/drawn.ts';
import type { ActionView } from '#shared/domain/actions/views.ts';
import type { StoryView } from '#shared/domain/sessions/views.ts';

/** A session as its page draws it, for the verifier to hold against the log: whatever is drawn comes from here. */
export function drawnOf({ story, actions }: { story: StoryView; actions: readonly ActionView[] }): Drawn {
  const { size, facts, steps } = story;
  return {
    size,
    facts,
    steps: steps.map((step) => ({
      ...step,
      texts: step.texts.map(({ of, commitment }) => ({ of, commitment })),
    })),
    actions: actions.map(({ entry, n, at, kind, person, console, trusted, violation, committed }) => ({
      entry,
      n,
      at,
      kind,
      who: person.handle,
      console: console.id,
      trusted,
      violation,
      ...(committed ? { detail: committed.commitment } : {}),
    })),
    texts: [
      ...steps.flatMap(({ texts }) =>
        texts.flatMap(({ commitment, detail }) => (detail ? [{ ...detail, commitment }] : [])),
      ),
      ...actions.flatMap(({ detail, committed }) =>
        detail && committed ? [{ ...committed, text: canonical(detail) }] : [],
      ),
    ],
  };
}
