import { useState } from 'preact/hooks';
import { Button, Stack } from '#shared/ui/index.ts';
import { send } from '../platform/send.ts';
import { requestHosts } from '../platform/permissions.ts';
import type { Status } from '../platform/status.ts';
import { missingReasons } from './reasons.ts';
import styles from './AllowHosts.module.css';

/** So many are listed; whoever allows more than that reads no list. */
const MAX_LISTED_HOSTS = 20;

/** Hosts that the browser has not allowed, why each is needed, and the one button that asks for them all. */
export function AllowHosts({ status, small = false }: { status: Status; small?: boolean }) {
  const [refused, setRefused] = useState(false);
  const hosts = missingReasons(status);
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
    <Stack gap={small ? 2 : 4}>
      <ul class={styles['hosts']}>
        {hosts.slice(0, MAX_LISTED_HOSTS).map(({ host, reason }) => (
          <li key={host}>
            <span class={styles['host']}>{host}</span>
            <span>{reason}</span>
          </li>
        ))}
        {hosts.length > MAX_LISTED_HOSTS && <li>and {hosts.length - MAX_LISTED_HOSTS} more</li>}
      </ul>
      {refused && (
        <p role="alert" class={styles['refused']}>
          Permission was not granted. These consoles stay shut until you allow their hosts.
        </p>
      )}
      <div>
        <Button kind="primary" size={small ? 's' : 'm'} onClick={ask}>
          Allow these hosts
        </Button>
      </div>
    </Stack>
  );
}
