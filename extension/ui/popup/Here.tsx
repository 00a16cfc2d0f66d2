import { Button, ModeBadge } from '#shared/ui/index.ts';
import { openPage } from '../../platform/pages.ts';
import type { Status } from '../../platform/status.ts';
import { gatePlace } from '../place.ts';
import styles from './popup.module.css';

/** The console in the tab that the popup was opened over, where nothing is running or asked for it yet. */
export function Here({ status, address }: { status: Status; address: string }) {
  const shut = /^[a-z-]+:\/\/[^/]+\/gate\.html#(.*)$/.exec(address)?.[1];
  const place = gatePlace(`#${shut ?? address}`, status.consoles);
  if (place.refused) return null;
  const { id, name, mode } = place.console;
  const running = status.grants.some((grant) => grant.console.id === id && grant.status === 'running');
  const asked = status.requests.some(
    (request) =>
      request.console.id === id &&
      (request.status === 'waiting' ||
        (request.status === 'approved' && request.grant?.status === 'approved')),
  );
  // A gate page asks by itself; here is for the consoles that work without a grant.
  if (running || asked || shut !== undefined) return null;
  return (
    <section class={styles['here']} aria-labelledby="here">
      <div class={styles['what']}>
        <h2 id="here">{name}</h2>
        <ModeBadge mode={mode} />
      </div>
      <p class={styles['small']}>
        {mode === 'watch'
          ? 'It works without a grant, and what you do is recorded.'
          : 'It opens with a grant.'}
      </p>
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
          Ask for access
        </Button>
      </div>
    </section>
  );
}
