import styles from './pages.module.css';

/** All that a page of ours shows inside somebody else's frame: no control, nothing about anybody (T32). */
export function FramedNotice({ title, next }: { title: string; next: string }) {
  return (
    <main class={styles['notice']}>
      <p>{title}</p>
      <p class={styles['small']}>{next}</p>
    </main>
  );
}
