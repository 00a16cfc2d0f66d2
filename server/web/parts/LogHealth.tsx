import { useLocation } from 'preact-iso/router';
import { Banner } from '#shared/ui/index.ts';
import { wire } from '#shared/wire/index.ts';
import { api } from '../state/api.ts';
import { hasRole } from '../state/me.ts';
import { useResource } from '../state/useResource.ts';
import styles from './parts.module.css';

/** Why nothing new is allowed, on every page, for as long as the log cannot be written. */
export function LogHealth() {
  const { path } = useLocation();
  const { data } = useResource('log-health', () => api(wire.logHealth, {}), ['log']);
  if (!data || data.ok) return null;
  return (
    <div class={styles['notice']}>
      <Banner
        kind="danger"
        live
        title="The log cannot be written, so nothing new is allowed."
        action={
          data.recovering && hasRole('administrator') && path !== '/recover' ? (
            <a href="/recover">Recover the log</a>
          ) : undefined
        }
      >
        {hasRole('administrator', 'auditor') ? data.reason : 'An administrator knows why from this page.'}
      </Banner>
    </div>
  );
}
