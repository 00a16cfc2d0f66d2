import { SafeText, Time } from '#shared/ui/index.ts';
import type { DetailView } from '#shared/wire/details.ts';
import styles from './parts.module.css';

/** When something was erased, and by whom; nobody where policy did it. */
interface Erased {
  readonly at: number;
  readonly by: readonly { readonly handle: string }[];
}

/** Free text of somebody else's, or word of its erasure. `undefined` was never given. */
export function DetailText({
  detail,
  max = 600,
  lines = false,
  none = 'None given',
  erased,
}: {
  detail: DetailView | null | undefined;
  max?: number;
  lines?: boolean;
  none?: string;
  /** When and by whom, where that is known. */
  erased?: Erased | undefined;
}) {
  if (detail === undefined) return <span class={styles['dim']}>{none}</span>;
  if (detail === null)
    return (
      <span class={styles['dim']}>
        {erased ? (
          <>
            Erased <Time at={erased.at} show="local" /> {erasedBy(erased)}
          </>
        ) : (
          'Erased'
        )}
      </span>
    );
  return <SafeText text={detail.text} max={max} lines={lines} />;
}

/** By whom, after "erased". */
export const erasedBy = ({ by }: Pick<Erased, 'by'>): string =>
  by.length === 0 ? 'by the retention policy' : `by ${by.map(({ handle }) => handle).join(' and ')}`;
