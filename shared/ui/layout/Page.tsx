import type { ComponentChildren } from 'preact';
import styles from './Page.module.css';

/** The page's one h1, above the double rule that closes a ledger's head. */
export function PageHeader({
  title,
  lead,
  back,
  marks,
  actions,
}: {
  title: ComponentChildren;
  /** One sentence under the title. */
  lead?: ComponentChildren;
  back?: { href: string; label: string };
  /** Badges beside the title. */
  marks?: ComponentChildren;
  actions?: ComponentChildren;
}) {
  return (
    <header class={styles['header']}>
      {back && (
        <a class={styles['back']} href={back.href}>
          ← {back.label}
        </a>
      )}
      <div class={styles['row']}>
        <div class={styles['titles']}>
          <h1>{title}</h1>
          {marks}
        </div>
        {lead !== undefined && <p class={styles['lead']}>{lead}</p>}
        {actions !== undefined && <div class={styles['actions']}>{actions}</div>}
      </div>
    </header>
  );
}

/** Children below each other; `gap` in steps of 4 px. */
export function Stack({ gap = 4, children }: { gap?: 1 | 2 | 3 | 4 | 6 | 8; children: ComponentChildren }) {
  return (
    <div class={styles['stack']} style={{ gap: `${gap * 4}px` }}>
      {children}
    </div>
  );
}

/** Children beside each other, wrapping; `end` pushes them right. */
export function Row({ end = false, children }: { end?: boolean; children: ComponentChildren }) {
  return (
    <div class={styles['inline']} data-end={end || undefined}>
      {children}
    </div>
  );
}

/** A main column with a narrower one beside it, below it on a phone. */
export function Columns({ main, side }: { main: ComponentChildren; side: ComponentChildren }) {
  return (
    <div class={styles['columns']}>
      <div class={styles['stack']}>{main}</div>
      <div class={styles['stack']}>{side}</div>
    </div>
  );
}
