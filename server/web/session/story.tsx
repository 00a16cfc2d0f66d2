import { SafeText, type IconName, type Line } from '#shared/ui/index.ts';
import type { ActionView, RequestView, SessionView, storyStep } from '#shared/wire/views.ts';
import type { z } from 'zod';
import { DetailText } from '../parts/DetailText.tsx';
import styles from '../parts/parts.module.css';
import { keyKind } from '../parts/words.ts';
import { actionLine } from './actionLine.tsx';

type StoryStep = z.infer<typeof storyStep>;
type Tone = NonNullable<Line['tone']>;

const looks: Record<string, { icon: IconName; tone: Tone }> = {
  'request.asked': { icon: 'clock', tone: 'wait' },
  'request.decided': { icon: 'key', tone: 'accent' },
  'session.started': { icon: 'lock-open', tone: 'open' },
  'grant.ended': { icon: 'lock', tone: 'shut' },
  'log.recovered': { icon: 'lock', tone: 'shut' },
};

/** What belongs under a step: the words that the log keeps apart, and the key that signed. */
function under(step: StoryStep, request: RequestView, session: SessionView) {
  if (step.type === 'request.asked')
    return <DetailText detail={request.justification} lines erased={request.erased} />;
  if (step.type === 'request.decided' && request.decidedWith) {
    const { label, kind } = request.decidedWith;
    return (
      <>
        Signed with <SafeText text={label} max={80} />, {keyKind[kind].words.toLowerCase()}:{' '}
        {keyKind[kind].means.toLowerCase()}.
      </>
    );
  }
  if (step.type === 'grant.ended' && session.grant.reason !== undefined)
    return <DetailText detail={session.grant.reason} lines />;
  return undefined;
}

/** The log knows a console by its id; here its name is known. */
function named(words: string, { id, name }: SessionView['console']): string {
  return words
    .split(' ')
    .map((word) => (word === id ? name : word))
    .join(' ');
}

/** Which lines of a story are wanted. */
export interface Filter {
  show: 'all' | 'actions' | 'violations';
  /** Part of the words, in any case; empty for all. */
  find: string;
}

/** Whether an action passes a filter. */
export function wanted({ violation, detail }: ActionView, { show, find }: Filter): boolean {
  if (show === 'violations' && !violation) return false;
  if (find === '') return true;
  const text = Object.values(detail ?? {})
    .join('\n')
    .toLowerCase();
  return text.includes(find.toLowerCase());
}

/** The story in the log's own order: entries, with the actions of each batch in its place. */
export function storyLines(
  {
    story,
    actions,
    request,
    session,
  }: {
    story: readonly StoryStep[];
    actions: readonly ActionView[];
    request: RequestView;
    session: SessionView;
  },
  filter: Filter,
): Line[] {
  const steps =
    filter.show !== 'all' || filter.find !== ''
      ? []
      : story.filter(({ type }) => type !== 'actions.recorded');
  const shown = actions.filter((action) => wanted(action, filter));
  const lines = [
    ...steps.map((step) => {
      const detail = under(step, request, session);
      return {
        entry: step.entry,
        n: -1,
        line: {
          key: `entry ${step.entry}`,
          at: step.at,
          what: (
            <>
              <strong>
                <SafeText text={named(step.words, session.console)} />
              </strong>{' '}
              <span class={styles['small']}>
                by <SafeText text={step.who} max={60} />
              </span>
            </>
          ),
          ...(looks[step.type] ?? { icon: 'log' as const }),
          ...(detail !== undefined && { detail }),
        } satisfies Line,
      };
    }),
    ...shown.map((action, at) => ({
      entry: action.entry,
      n: action.n,
      line: actionLine(action, { where: action.detail?.page !== shown[at - 1]?.detail?.page }),
    })),
  ];
  return lines.sort((a, b) => a.entry - b.entry || a.n - b.n).map(({ line }) => line);
}
