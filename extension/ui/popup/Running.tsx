import { useState } from 'preact/hooks';
import { Badge, Button, Countdown, MarkBadge, Time } from '#shared/ui/index.ts';
import { openPage } from '../../platform/pages.ts';
import type { RunningGrant, Status } from '../../platform/status.ts';
import { NotRenewed } from '../NotRenewed.tsx';
import { useSend } from '../useSend.ts';
import { levels } from '../words.ts';
import styles from './popup.module.css';

/** One running session: what, how long, and the two things to do about it. Ending asks once, in place. */
export function Running({ grant, status }: { grant: RunningGrant; status: Pick<Status, 'unfit'> }) {
  const [ending, setEnding] = useState(false);
  const { run, busy, failure } = useSend('end');
  const { console, level, localUntil } = grant;
  const more = (): void => {
    openPage(`form.html#${console.id}|${grant.id}`).then(
      () => close(),
      () => undefined,
    );
  };
  return (
    <li class={styles['running']}>
      <div class={styles['what']}>
        <h2>{console.name}</h2>
        <Countdown until={localUntil} />
      </div>
      <div class={styles['marks']}>
        {grant.open ? (
          <Badge tone="open" icon="lock-open">
            {levels[level].label}
          </Badge>
        ) : (
          <Badge tone="shut" icon="lock">
            Shut here
          </Badge>
        )}
        {grant.basis === 'self-approved' && <MarkBadge mark="self-approved" />}
        {grant.open && !grant.confirmed && <MarkBadge mark="unconfirmed" />}
        <span class={styles['small']}>
          until <Time at={localUntil} show="local" />
        </span>
      </div>
      {grant.cutoff > 0 && <NotRenewed grant={grant} status={status} />}
      {failure && (
        <p class={styles['fault']} role="alert">
          {failure.sentence}
        </p>
      )}
      {ending ? (
        <div class={styles['confirm']} role="group" aria-label={`End ${console.name}`}>
          <p>The console shuts in every tab. Unsaved work will be lost.</p>
          <div class={styles['actions']}>
            <Button size="s" onClick={() => setEnding(false)}>
              Keep open
            </Button>
            <Button
              kind="danger"
              size="s"
              busy={busy}
              autoFocus
              onClick={() => void run({ grant: grant.id })}
            >
              End now
            </Button>
          </div>
        </div>
      ) : (
        <div class={styles['actions']}>
          <Button size="s" onClick={() => setEnding(true)}>
            End now <span class="cs-sr">{console.name}</span>
          </Button>
          <Button size="s" icon="clock" onClick={more}>
            Extend <span class="cs-sr">{console.name}</span>
          </Button>
        </div>
      )}
    </li>
  );
}
