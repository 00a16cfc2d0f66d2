import type { ComponentChildren } from 'preact';
import styles from './pages.module.css';

/** The page's head: the one h1 and what is said under it. */
export function Head({
  title,
  mark,
  children,
}: {
  title: string;
  mark?: ComponentChildren;
  children?: ComponentChildren;
}) {
  return (
    <header class={styles['head']}>
      <div class={styles['titles']}>
        <h1>{title}</h1>
        {mark}
      </div>
      {children}
    </header>
  );
}
