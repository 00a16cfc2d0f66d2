import { useLocation } from 'preact-iso/router';
import { Banner, LinkButton } from '#shared/ui/index.ts';
import { wire } from '#shared/wire/index.ts';
import { api } from '../state/api.ts';
import { hasRole } from '../state/me.ts';
import { useResource } from '../state/useResource.ts';
import styles from './parts.module.css';

/** Why nothing new is allowed, on every page, for as long as the log cannot be written. */
export function LogHealth() {
  const { path } = useLocation();
  const { data } = useResource('log-health', () => api(wire.logHealth, {}), ['log']);
  // The page of the recovery says it itself, and what to do.
  if (data?.ok && data.doubts.length > 0)
    return (
      <div class={styles['notice']}>
        <Banner kind="danger" title="The log contains an entry that does not verify." live>
          {data.doubts[0]}
          {data.doubts.length > 1 && ` And ${data.doubts.length - 1} more.`} It cannot be removed. Find out
          how it was written, and tell your auditors. <a href="/log">Verify the log</a> to see what depends on
          it.
        </Banner>
      </div>
    );
  if (!data || data.ok || (data.recovering && path === '/recover')) return null;
  return (
    <div class={styles['notice']}>
      <Banner
        kind="danger"
        live
        title="The log cannot be written, so nothing new is allowed."
        action={
          data.recovering && hasRole('administrator') ? (
            <LinkButton size="s" href="/recover">
              Recover the log
            </LinkButton>
          ) : undefined
        }
      >
        {!hasRole('administrator', 'auditor')
          ? 'Administrators see the reason on this page.'
          : data.recovering
            ? 'A recovery is in progress. Nothing is signed until two administrators have signed it.'
            : data.reason}
      </Banner>
    </div>
  );
}
