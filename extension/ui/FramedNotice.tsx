import styles from './pages.module.css';

/** All that a page of ours shows inside somebody else's frame: no control, nothing about anybody (T32). */
export function FramedNotice({ title, next }: { title: string; next: string }) {
  return (
    <main class={styles['notice']}>
      <h1>{title}</h1>
      <p>{next}</p>
    </main>
  );
}
