import { SafeText } from '#shared/ui/index.ts';
import type { DetailView } from '#shared/wire/views.ts';
import styles from './parts.module.css';

/** Free text of somebody else's, or word of its erasure. `undefined` was never given. */
export function DetailText({
  detail,
  max = 600,
  lines = false,
  none = 'None given',
}: {
  detail: DetailView | null | undefined;
  max?: number;
  lines?: boolean;
  none?: string;
}) {
  if (detail === undefined) return <span class={styles['dim']}>{none}</span>;
  if (detail === null) return <span class={styles['dim']}>Erased since</span>;
  return <SafeText text={detail.text} max={max} lines={lines} />;
}
