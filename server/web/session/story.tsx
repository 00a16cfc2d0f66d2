import { SafeText, Stack, Time, type IconName, type Line } from '#shared/ui/index.ts';
import type { ActionView } from '#shared/domain/actions/views.ts';
import type { StoryView } from '#shared/domain/sessions/views.ts';
import { DetailText } from '../parts/DetailText.tsx';
import { keyKind } from '../parts/words.ts';
import { actionLine } from './actionLine.tsx';
import styles from '../parts/parts.module.css';

type StoryStep = StoryView['steps'][number];
type Tone = NonNullable<Line['tone']>;

const looks: Record<string, { icon: IconName; tone: Tone }> = {
  'request.asked': { icon: 'clock', tone: 'wait' },
  'request.decided': { icon: 'key', tone: 'accent' },
  'session.started': { icon: 'lock-open', tone: 'open' },
  'grant.ended': { icon: 'lock', tone: 'shut' },
  'grant.shortened': { icon: 'clock', tone: 'shut' },
  'log.recovered': { icon: 'lock', tone: 'shut' },
};

export const erasedOf = (erased: StoryStep['erased']) =>
  erased && { ...erased, by: erased.by.map((handle) => ({ handle })) };

const titles = { justification: '', reason: '', ticket: 'Ticket: ', address: 'Requested from: ' } as const;

/** What belongs under a step, all of it the step's own: its texts, until when it gives access, and the key that signed. */
function Under({ step: { texts, erased, key, until } }: { step: StoryStep }) {
  const missing = texts.some(({ detail }) => detail === null);
  return (
    <Stack gap={1}>
      {texts.map(
        ({ of, commitment, detail }) =>
          detail && (
            <div key={commitment}>
              {titles[of]}
              <SafeText text={detail.text} max={600} lines />
            </div>
          ),
      )}
      {missing && (
        <div>
          <DetailText detail={null} erased={erasedOf(erased)} />
        </div>
      )}
      {until !== undefined && (
        <div>
          Until <Time at={until} show="local" />
        </div>
      )}
      {key && (
        <div>
          Signed with <SafeText text={key.label} max={80} />, {keyKind[key.kind].words.toLowerCase()}:{' '}
          {keyKind[key.kind].means.toLowerCase()}.
        </div>
      )}
    </Stack>
  );
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
  { story, actions }: { story: StoryView; actions: readonly ActionView[] },
  filter: Filter,
): Line[] {
  const steps = filter.show !== 'all' || filter.find !== '' ? [] : story.steps;
  const shown = actions.filter((action) => wanted(action, filter));
  const lines = [
    ...steps.map((step) => ({
      entry: step.entry,
      n: -1,
      line: {
        key: `entry ${step.entry}`,
        at: step.at,
        what: (
          <>
            <strong>
              <SafeText text={step.words} />
            </strong>{' '}
            <span class={styles['small']}>
              by <SafeText text={step.who} max={60} />
            </span>
          </>
        ),
        ...(looks[step.type] ?? { icon: 'log' as const }),
        ...((step.texts.length > 0 || step.key || step.until !== undefined) && {
          detail: <Under step={step} />,
        }),
      } satisfies Line,
    })),
    ...shown.map((action, at) => ({
      entry: action.entry,
      n: action.n,
      line: actionLine(action, { where: action.detail?.page !== shown[at - 1]?.detail?.page }),
    })),
  ];
  return lines.sort((a, b) => a.entry - b.entry || a.n - b.n).map(({ line }) => line);
}
