import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { classes } from '../classes.ts';
import { Boundary } from '../feedback/Boundary.tsx';
import styles from './Card.module.css';

/** A sheet on the desk. With a `title` it is a labelled section; `tone` draws a state's margin line at its side. */
export function Card({
  title,
  aside,
  footer,
  tone,
  flush = false,
  children,
}: {
  title?: ComponentChildren;
  /** At the title's right: a badge, a time or a small button. */
  aside?: ComponentChildren;
  /** Below a rule: the actions. */
  footer?: ComponentChildren;
  tone?: 'open' | 'wait' | 'shut' | 'watch';
  /** No padding around the body, for a table that fills the card. */
  flush?: boolean;
  children?: ComponentChildren;
}) {
  const id = useId();
  const labelled = title === undefined ? {} : { 'aria-labelledby': id };
  return (
    <section class={classes(styles['card'], tone && styles['toned'])} data-tone={tone} {...labelled}>
      {(title !== undefined || aside !== undefined) && (
        <header class={styles['head']}>
          {title !== undefined && <h2 id={id}>{title}</h2>}
          {aside !== undefined && <div class={styles['aside']}>{aside}</div>}
        </header>
      )}
      {children !== undefined && (
        <div class={flush ? styles['flush'] : styles['body']}>
          <Boundary>{children}</Boundary>
        </div>
      )}
      {footer !== undefined && footer !== false && <footer class={styles['foot']}>{footer}</footer>}
    </section>
  );
}
