import type { ComponentChildren } from 'preact';
import { Icon } from '../icons/Icon.tsx';
import type { IconName } from '../icons/shapes.ts';
import styles from './Empty.module.css';

/** Nothing here, why that is, and at most one thing to do about it. */
export function EmptyState({
  icon = 'log',
  title,
  children,
  action,
}: {
  icon?: IconName;
  title: string;
  children?: ComponentChildren;
  action?: ComponentChildren;
}) {
  return (
    <div class={styles['empty']}>
      <span class={styles['icon']}>
        <Icon name={icon} size={20} />
      </span>
      <p class={styles['title']}>{title}</p>
      {children !== undefined && <div class={styles['words']}>{children}</div>}
      {action !== undefined && <div class={styles['action']}>{action}</div>}
    </div>
  );
}

/** Ruled lines where text will be. A screen reader hears `label` once. */
export function Skeleton({ lines = 3, label = 'Loading' }: { lines?: number; label?: string }) {
  return (
    <div class={styles['skeleton']} role="status">
      <span class="cs-sr">{label}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} class={styles['bar']} style={{ width: `${[92, 76, 84, 58][line % 4]}%` }} />
      ))}
    </div>
  );
}
