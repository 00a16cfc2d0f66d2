import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Banner } from '#shared/ui/index.ts';
import { watchVisible } from '../platform/visibility.ts';
import styles from './pages.module.css';

/**
 * Around what stands in somebody else's page: a press counts only if a person made it (case 35) and nothing lay over
 * it (T17). Refused presses say so; those of a script vanish.
 */
export function Guard({ children }: { children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  const [covered, setCovered] = useState(false);
  useEffect(() => {
    const inside = box.current;
    if (!inside) return undefined;
    const stop = new AbortController();
    const visible = watchVisible(inside, stop.signal);
    const judge = (event: MouseEvent | KeyboardEvent): void => {
      // Enter alone writes a new line or comes as a click; with Ctrl it asks.
      if (event instanceof KeyboardEvent && !(event.key === 'Enter' && (event.ctrlKey || event.metaKey)))
        return;
      const taken = event.isTrusted && visible();
      if (event.isTrusted) setCovered(!taken);
      if (taken) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    const options = { capture: true, signal: stop.signal };
    inside.addEventListener('click', judge, options);
    inside.addEventListener('keydown', judge, options);
    return () => stop.abort();
  }, []);
  return (
    <div ref={box}>
      {children}
      <div class={styles['guard']}>
        {covered && (
          <Banner kind="warn" live>
            Something on this page covers this form, so your click was ignored. Close it, or request access
            from the Countersign button in the toolbar.
          </Banner>
        )}
      </div>
    </div>
  );
}
