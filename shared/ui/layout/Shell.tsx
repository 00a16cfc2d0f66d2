import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { Wordmark } from '../brand/Wordmark.tsx';
import { Icon } from '../icons/Icon.tsx';
import type { IconName } from '../icons/shapes.ts';
import { Boundary } from '../feedback/Boundary.tsx';
import styles from './Shell.module.css';
import { useFocusKept } from './useFocusKept.ts';

/** One place to go. `count` is what waits there. */
export interface NavigationItem {
  href: string;
  label: string;
  icon: IconName;
  count?: number;
}

/** The companion's frame: places at the side, below the page on a phone; the page in the middle. */
export function Shell({
  places,
  current,
  account,
  children,
}: {
  places: readonly NavigationItem[];
  /** The `href` of the place that is open. */
  current: string;
  /** Who is signed in, at the foot of the side. */
  account: ComponentChildren;
  children: ComponentChildren;
}) {
  const main = useRef<HTMLElement>(null);
  useFocusKept(main);
  return (
    <div class={styles['shell']}>
      <a class={styles['skip']} href="#main">
        Skip to main content
      </a>
      <header class={styles['side']}>
        <a class={styles['brand']} href="/" aria-label="Countersign, home">
          <Wordmark />
        </a>
        <nav class={styles['nav']} aria-label="Places">
          {places.map(({ href, label, icon, count = 0 }) => (
            <a key={href} href={href} aria-current={href === current ? 'page' : undefined}>
              <Icon name={icon} size={20} />
              <span class={styles['label']}>{label}</span>
              {count > 0 && (
                <span class={styles['count']}>
                  {count}
                  <span class="cs-sr"> waiting</span>
                </span>
              )}
            </a>
          ))}
        </nav>
        <div class={styles['account']}>{account}</div>
      </header>
      <main ref={main} id="main" class={styles['main']} tabIndex={-1}>
        <div class={styles['page']}>{children}</div>
      </main>
    </div>
  );
}

/** A page with one job and no places to go: gate page, request form, sign-in, first run, activation. */
export function Stage({
  children,
  foot,
  width = 'm',
}: {
  children: ComponentChildren;
  /** Small print under the sheet. */
  foot?: ComponentChildren;
  width?: 'm' | 'l';
}) {
  const main = useRef<HTMLElement>(null);
  useFocusKept(main);
  return (
    <div class={styles['stage']}>
      <header class={styles['mast']}>
        <Wordmark />
      </header>
      <main ref={main} class={styles['middle']} data-width={width}>
        <Boundary>{children}</Boundary>
      </main>
      {foot !== undefined && <footer class={styles['foot']}>{foot}</footer>}
    </div>
  );
}
