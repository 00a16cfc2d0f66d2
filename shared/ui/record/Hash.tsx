import { CopyButton } from '../controls/CopyButton.tsx';
import styles from './Hash.module.css';

/** The first and last characters of something long whose middle nobody reads. */
export function shorten(value: string, keep = 8): string {
  return value.length <= keep * 2 + 1 ? value : `${value.slice(0, keep)}…${value.slice(-keep)}`;
}

/** A hash, key or id: shortened in the middle, whole on hover and by its copy button. */
export function Hash({
  value,
  what = 'hash',
  keep = 8,
  whole = false,
}: {
  value: string;
  what?: string;
  keep?: number;
  /** Show every character, wrapped, for what people compare by eye. */
  whole?: boolean;
}) {
  return (
    <span class={styles['hash']}>
      <code class={whole ? styles['whole'] : undefined} title={value}>
        {whole ? value : shorten(value, keep)}
      </code>
      <CopyButton text={value} what={what} kind="quiet" bare />
    </span>
  );
}

/** A block of monospaced text, such as a command or a statement, with its copy button. */
export function Code({ text, what }: { text: string; what: string }) {
  return (
    <div class={styles['block']}>
      <pre tabIndex={0} aria-label={what}>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} what={what} />
    </div>
  );
}
