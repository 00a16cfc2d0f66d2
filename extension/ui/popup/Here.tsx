import { Button, ModeBadge } from '#shared/ui/index.ts';
import type { ConsoleInfo } from '#shared/domain/consoles/statements.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { openPage } from '../../platform/pages.ts';
import type { Status } from '../../platform/status.ts';
import { shutReason } from '../../features/access/index.ts';
import { gatePlace } from '../fragments.ts';
import styles from './popup.module.css';

/** The console in the tab that the popup was opened over, where nothing is running or asked for it yet. */
export function hereOf(status: Status, address: string): ConsoleInfo | undefined {
  const place = gatePlace(`#${address}`, status.consoles);
  if (place.refused || shutReason(status, place.console)) return undefined;
  const { id } = place.console;
  const busy =
    status.grants.some((grant) => grant.console.id === id && grant.status === 'running') ||
    status.requests.some((request) => request.console.id === id && isOpen(request));
  return busy ? undefined : place.console;
}

/** Still waits for a decision or for the person's touch. */
export const isOpen = ({ status, grant }: RequestView): boolean =>
  status === 'waiting' || (status === 'approved' && grant?.status === 'approved');

const words = {
  watch: 'Available to you. Your actions are recorded.',
  'read-only': 'View only. Request access to make changes.',
  closed: 'Request access to open it.',
} as const;

/** That console, with the one button. A gate page asks by itself; this is for consoles that work without a grant. */
export function Here({ console: { id, name, mode } }: { console: ConsoleInfo }) {
  return (
    <section class={styles['here']} aria-labelledby="here">
      <div class={styles['what']}>
        <h2 id="here">{name}</h2>
        <ModeBadge mode={mode} />
      </div>
      <p class={styles['small']}>{words[mode]}</p>
      <div class={styles['actions']}>
        <Button
          kind="primary"
          size="s"
          onClick={() =>
            void openPage(`form.html#${id}`).then(
              () => close(),
              () => undefined,
            )
          }
        >
          Request access
        </Button>
      </div>
    </section>
  );
}
