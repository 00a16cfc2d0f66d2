import type { ComponentChildren } from 'preact';
import { Icon } from '../icons/Icon.tsx';
import styles from './Banner.module.css';

const icons = { info: 'info', warn: 'alert', danger: 'alert', success: 'check' } as const;

/** What a banner says it is. */
export type BannerKind = keyof typeof icons;

/**
 * One sentence that concerns the whole page or card, and at most one thing to do. With `live` it is spoken when it
 * appears: at once if it is a danger, else when the reader pauses.
 */
export function Banner({
  kind = 'info',
  title,
  live = false,
  action,
  children,
}: {
  kind?: BannerKind;
  title?: string;
  live?: boolean;
  action?: ComponentChildren;
  children?: ComponentChildren;
}) {
  const role = kind === 'danger' ? ('alert' as const) : ('status' as const);
  return (
    <div class={styles['banner']} data-kind={kind} {...(live && { role })}>
      <Icon name={icons[kind]} size={20} />
      <div class={styles['words']}>
        {title !== undefined && <p class={styles['title']}>{title}</p>}
        {children !== undefined && <div>{children}</div>}
      </div>
      {action !== undefined && <div class={styles['action']}>{action}</div>}
    </div>
  );
}
