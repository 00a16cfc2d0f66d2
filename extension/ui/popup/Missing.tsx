import { useState } from 'preact/hooks';
import { Banner, Button } from '#shared/ui/index.ts';
import { send } from '../../platform/messages.ts';
import { requestHosts } from '../../platform/permissions.ts';
import type { Status } from '../../platform/status.ts';
import { missingReasons } from '../reasons.ts';
import styles from './popup.module.css';

/** Hosts that the browser has not allowed, why each is needed, and the one button that asks for them all. */
export function Missing({ status }: { status: Status }) {
  const [refused, setRefused] = useState(false);
  const ask = (): void => {
    // Straight in the click: a browser takes the request only there.
    requestHosts(status.missing)
      .then((granted) => {
        setRefused(!granted);
        return send('permissions', {});
      })
      .catch(() => setRefused(true));
  };
  return (
    <Banner kind="danger" title="Countersign may not see these hosts">
      <ul class={styles['hosts']}>
        {missingReasons(status).map(({ host, reason }) => (
          <li key={host}>
            <span class={styles['host']}>{host}</span>
            <span>{reason}</span>
          </li>
        ))}
      </ul>
      {refused && (
        <p role="alert" class={styles['fault']}>
          The browser did not allow them. Their consoles stay shut until you do.
        </p>
      )}
      <Button kind="primary" size="s" onClick={ask}>
        Allow these hosts
      </Button>
    </Banner>
  );
}
