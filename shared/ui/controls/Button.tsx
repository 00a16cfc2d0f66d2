import type { ComponentChildren, JSX } from 'preact';
import { classes } from '../classes.ts';
import { Icon } from '../icons/Icon.tsx';
import type { IconName } from '../icons/shapes.ts';
import styles from './Button.module.css';
import { useFocusOnce } from './useFocusOnce.ts';

type Kind = 'primary' | 'secondary' | 'quiet' | 'danger';
type Size = 's' | 'm' | 'l';

interface Look {
  /** One `primary` a screen; `danger` for what shuts somebody out. Default `secondary`. */
  kind?: Kind;
  size?: Size;
  icon?: IconName;
  /** Fills the width, for phones and the popup. */
  wide?: boolean;
  children: ComponentChildren;
}

type ButtonProps = Look & {
  /** Work is under way: the button keeps its place and focus, says so, and ignores presses. */
  busy?: boolean;
  /** The icon alone is seen; the children are still its name. */
  bare?: boolean;
  autoFocus?: boolean;
} & Omit<
    JSX.IntrinsicElements['button'],
    'size' | 'icon' | 'class' | 'className' | 'children' | 'autoFocus' | 'ref'
  >;

const look = (kind: Kind = 'secondary', size: Size = 'm', wide = false, bare = false): string =>
  classes(styles['button'], styles[kind], styles[size], wide && styles['wide'], bare && styles['bare']);

/** A button. `type` is `button` unless said otherwise, so that none submits a form by accident. */
export function Button({
  kind,
  size,
  icon,
  wide,
  bare,
  busy = false,
  children,
  onClick,
  autoFocus = false,
  ...rest
}: ButtonProps) {
  const button = useFocusOnce<HTMLButtonElement>(autoFocus);
  return (
    <button
      type="button"
      {...rest}
      ref={button}
      autoFocus={autoFocus}
      class={look(kind, size, wide, bare)}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else if (typeof onClick === 'function') onClick.call(event.currentTarget, event);
      }}
    >
      {busy ? <span class={styles['spinner']} /> : icon !== undefined && <Icon name={icon} />}
      <span class={bare === true ? 'cs-sr' : styles['label']}>{children}</span>
    </button>
  );
}

/** A link that looks like a button: for going somewhere, never for doing something. */
export function LinkButton({
  href,
  target,
  download,
  kind,
  size,
  icon,
  wide,
  children,
}: Look & { href: string; target?: '_blank'; download?: string }) {
  return (
    <a href={href} target={target} download={download} rel="noopener" class={look(kind, size, wide)}>
      {icon !== undefined && <Icon name={icon} />}
      <span class={styles['label']}>{children}</span>
    </a>
  );
}
