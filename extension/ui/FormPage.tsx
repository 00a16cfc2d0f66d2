import { useEffect, useRef } from 'preact/hooks';
import {
  Badge,
  Button,
  Card,
  Countdown,
  MarkBadge,
  ModeBadge,
  Row,
  Skeleton,
  Stack,
  Stage,
  Time,
  useFocusKept,
  useNow,
  Wordmark,
} from '#shared/ui/index.ts';
import type { RunningGrant, Status } from '../platform/status.ts';
import { screenFor } from './screen.ts';
import { AccessScreen } from './AccessScreen.tsx';
import { Foot } from './Foot.tsx';
import { FramedNotice } from './FramedNotice.tsx';
import { Guard } from './Guard.tsx';
import { Head } from './Head.tsx';
import styles from './pages.module.css';
import { NotRenewed } from './NotRenewed.tsx';
import { belongsIn, formPlace } from './fragments.ts';
import { useFragment } from './useFragment.ts';
import { useStatus } from './useStatus.ts';

/**
 * The same request form as the gate page's: inside a dialog in a console's page (`framed`), or in a tab of its own
 * when it was opened from the popup. `onClose` tells the dialog to go.
 */
export function FormPage({ framed, onClose }: { framed: boolean; onClose: () => void }) {
  const status = useStatus();
  useEffect(() => {
    if (!framed) return undefined;
    // The dialog is in another document: it does not hear Escape pressed in here.
    const leave = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) onClose();
    };
    addEventListener('keydown', leave);
    return () => removeEventListener('keydown', leave);
  }, [framed, onClose]);
  const place = formPlace(useFragment());
  const info = status?.consoles.find((one) => one.id === place?.console);
  if (framed && status && !belongsIn(info?.hosts ?? [], around()))
    return (
      <FramedNotice
        title="This form does not belong in this page."
        next="Ask from the Countersign button in the toolbar."
      />
    );
  const main = useRef<HTMLElement>(null);
  useFocusKept(main);
  const body = status ? <Form status={status} onClose={onClose} /> : <Skeleton lines={6} />;
  if (!framed) return <Stage foot={status && <Foot status={status} />}>{body}</Stage>;
  return (
    <main ref={main} class={styles['framed']}>
      <div class={styles['bar']}>
        <Wordmark size={20} />
        <Button kind="quiet" size="s" icon="x" onClick={onClose}>
          Close
        </Button>
      </div>
      <Guard>{body}</Guard>
    </main>
  );
}

/** Firefox does not say what stands around a frame. */
const around = (): string[] | undefined =>
  'ancestorOrigins' in location ? Array.from(location.ancestorOrigins) : undefined;

function Form({ status, onClose }: { status: Status; onClose: () => void }) {
  const place = formPlace(useFragment());
  const now = useNow(1000);
  const info = status.consoles.find((one) => one.id === place?.console);
  if (!place || (!info && status.pairing === 'paired')) {
    return (
      <>
        <Head title="No such console" />
        <Card>
          <p>Policy may have changed. Close this, reload the page and try again.</p>
        </Card>
      </>
    );
  }
  const name = info?.name ?? place.console;
  const asked = { console: place.console, grant: '', now, dismissed: new Set<string>() };
  const isOpen = screenFor(status, asked).at === 'running';
  return (
    <>
      <Head
        title={name}
        mark={
          info &&
          (isOpen ? (
            <Badge tone="open" icon="lock-open">
              Open
            </Badge>
          ) : (
            <ModeBadge mode={info.mode} />
          ))
        }
      />
      <AccessScreen
        status={status}
        console={place.console}
        grant={place.grant}
        raise={place.raise}
        running={(grant, { given, onMore }) => (
          <Open grant={grant} status={status} given={given} onMore={onMore} onClose={onClose} />
        )}
      />
    </>
  );
}

/** Access is open, or was just lengthened. */
function Open({
  grant,
  status,
  given,
  onMore,
  onClose,
}: {
  grant: RunningGrant;
  status: Status;
  given: boolean;
  onMore: () => void;
  onClose: () => void;
}) {
  return (
    <Card
      tone="open"
      title={given ? 'Session extended' : 'Access is open'}
      aside={grant.basis === 'self-approved' && <MarkBadge mark="self-approved" />}
      footer={
        <Row end>
          <Button kind="quiet" onClick={onMore}>
            {given ? 'Extend again' : 'Extend'}
          </Button>
          <Button kind="primary" onClick={onClose}>
            Back to the console
          </Button>
        </Row>
      }
    >
      <Stack gap={3}>
        <p role="status">
          Ends at <Time at={grant.localUntil} show="local" />, in <Countdown until={grant.localUntil} />.
        </p>
        <NotRenewed grant={grant} status={status} />
      </Stack>
    </Card>
  );
}
