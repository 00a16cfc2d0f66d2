import { Badge, SafeText, type Line } from '#shared/ui/index.ts';
import type { ActionView } from '#shared/domain/actions/views.ts';
import { erasedBy } from '../parts/DetailText.tsx';
import styles from '../parts/parts.module.css';

const icons = {
  opened: 'console',
  navigated: 'arrow',
  clicked: 'check',
  entered: 'log',
  submitted: 'arrow',
  requested: 'external',
  command: 'console',
  downloaded: 'download',
  did: 'play',
  noted: 'info',
} as const;

/**
 * One action as a line of the ledger. `who` names the person too, where several are in one list; `where` leaves out the
 * page and its title, where space is short or the line above was on the same page.
 */
export function actionLine(
  action: ActionView,
  { who = false, where = true }: { who?: boolean; where?: boolean } = {},
): Line {
  const { detail, violation, trusted, kind } = action;
  const place = where ? [detail?.title, detail?.page] : [];
  // What the words say already is not said twice.
  const under = [detail?.target, ...place, detail?.request].filter(
    (text) => text !== undefined && text !== '' && !detail?.words.includes(text),
  );
  return {
    key: action.id,
    at: action.at,
    icon: icons[kind],
    tone: violation ? 'shut' : kind === 'did' ? 'accent' : kind === 'noted' ? 'watch' : 'plain',
    what: (
      <>
        {who && (
          <>
            <strong>
              <SafeText text={action.person.handle} max={60} />
            </strong>{' '}
          </>
        )}
        {detail ? (
          <SafeText text={detail.words} />
        ) : (
          <span class={styles['dim']}>
            {action.erased ? `Erased ${erasedBy(action.erased)}` : 'Details erased'}
          </span>
        )}
        {violation && (
          <>
            {' '}
            <Badge tone="shut" icon="alert">
              Violation
            </Badge>
          </>
        )}
        {!trusted && kind !== 'noted' && (
          <>
            {' '}
            <Badge>By script</Badge>
          </>
        )}
      </>
    ),
    ...(under.length > 0 && {
      detail: under.map((text, at) => (
        <div key={at}>
          <SafeText text={text ?? ''} max={160} />
        </div>
      )),
    }),
  };
}
