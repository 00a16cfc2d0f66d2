import type { ComponentChildren } from 'preact';
import styles from './DefinitionList.module.css';

/**
 * Terms and what they are. Before each touch it shows who, console, level, until when and what is recorded, with
 * `terms` on: larger, ruled like a form to be signed.
 */
export function DefinitionList({
  items,
  terms = false,
}: {
  items: readonly { term: string; value: ComponentChildren; key?: string }[];
  terms?: boolean;
}) {
  return (
    <dl class={styles['list']} data-terms={terms || undefined}>
      {items.map(({ term, value, key }) => (
        <div key={key ?? term} class={styles['pair']}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
