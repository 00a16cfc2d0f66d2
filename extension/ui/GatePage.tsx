import { useEffect } from 'preact/hooks';
import type { ConsoleInfo } from '#shared/domain/consoles/statements.ts';
import {
  Badge,
  Button,
  Card,
  Countdown,
  MarkBadge,
  ModeBadge,
  SafeText,
  Skeleton,
  Stack,
  Stage,
  useNow,
} from '#shared/ui/index.ts';
import { addressToOpen } from '../features/access/index.ts';
import { redactAddress } from '../features/redaction/index.ts';
import { send } from '../platform/send.ts';
import type { RunningGrant, Status } from '../platform/status.ts';
import { shutReason } from '../features/access/index.ts';
import { screenFor } from './screen.ts';
import { AccessScreen } from './AccessScreen.tsx';
import { Foot } from './Foot.tsx';
import { FramedNotice } from './FramedNotice.tsx';
import { Head } from './Head.tsx';
import { NotRenewed } from './NotRenewed.tsx';
import { gatePlace } from './fragments.ts';
import { useFragment } from './useFragment.ts';
import { useStatus } from './useStatus.ts';
import styles from './pages.module.css';

/** Stands in the place of a console that is shut. `framed`: inside another page, where it has nothing to press (T32). */
export function GatePage({ framed, stopped = false }: { framed: boolean; stopped?: boolean }) {
  if (framed && stopped)
    return (
      <FramedNotice
        title="Blocked: you have view-only access."
        next="Nothing was sent. Reload to keep viewing, or request access in the page around this one."
      />
    );
  return framed ? (
    <FramedNotice title="This console is shut." next="Open it in its own tab to request access." />
  ) : (
    <Gate stopped={stopped} />
  );
}

/** `stopped`: a form was, because its console may only be looked at. */
function Gate({ stopped }: { stopped: boolean }) {
  const status = useStatus();
  const fragment = useFragment();
  useEffect(() => {
    // Once at opening: what is drawn may be as old as the worker's last look.
    send('refresh', {}).catch(() => undefined);
  }, []);
  if (!status) {
    return (
      <Stage>
        <Skeleton lines={6} />
      </Stage>
    );
  }
  const place = gatePlace(fragment, status.consoles);
  if (place.refused && status.pairing === 'paired') {
    return (
      <Stage foot={<Foot status={status} />}>
        <Head title="No console at this address" />
        <Card>
          <p>
            {place.why === 'not-a-console'
              ? 'Policy has no console on this host. Check the address, or close this tab.'
              : 'This page only works with the address of a console. Close this tab and open the console itself.'}
          </p>
        </Card>
      </Stage>
    );
  }
  const looks =
    !place.refused &&
    (place.console.mode === 'read-only' ||
      status.grants.some((g) => g.console.id === place.console.id && g.open));
  if (stopped && looks && shutReason(status, place.console) === undefined)
    return <Stopped status={status} place={place} />;
  return <Shut status={status} place={place.refused ? undefined : place} />;
}

/** In the place of what a form would have led to. Forms are stopped in their page; this one got past that. */
function Stopped({ status, place }: { status: Status; place: { console: ConsoleInfo; address: string } }) {
  const { id, name, mode, start } = place.console;
  useEffect(() => {
    document.title = `Blocked · ${name}`;
  }, [name]);
  const back = () => (history.length > 1 ? history.back() : location.replace(start));
  const leave = (
    <Button icon="arrow" onClick={back}>
      Back to {name}
    </Button>
  );
  return (
    <Stage foot={<Foot status={status} />}>
      <Head title={name} mark={<ModeBadge mode={mode} />}>
        <p class={styles['lead']} role="status">
          Blocked: you have view-only access. Nothing was sent.
        </p>
        <p class={styles['address']}>
          <SafeText text={redactAddress(place.address)} max={160} />
        </p>
      </Head>
      <Stack>
        {leave}
        <AccessScreen
          key={id}
          status={status}
          console={id}
          raise
          running={() => (
            <Card tone="open" title="You can make changes now" footer={leave}>
              <p>Go back and submit it again.</p>
            </Card>
          )}
        />
      </Stack>
    </Stage>
  );
}

/** Why it is shut, in a line. */
const leads = {
  fork: 'Shut: the log contradicts what this browser verified before.',
  outbox: 'Shut until your recorded actions are delivered.',
  rules: 'Shut: the browser rejected the rules that protect it.',
  managed: 'Shut: this browser’s policy has an error.',
  former: 'Shut by a server that this browser was paired with before.',
  hosts: 'Shut: Countersign has no permission for it in this browser.',
  policy: 'Shut by policy until you have access.',
  open: 'You have access in this browser.',
  nothing: 'Also available without a grant, within the limits of its mode.',
} as const;

/** The console's name and why it is shut, over the screen of where the person stands. */
function Shut({
  status,
  place,
}: {
  status: Status;
  place: { console: ConsoleInfo; address: string } | undefined;
}) {
  const name = place?.console.name ?? 'This console is shut';
  useEffect(() => {
    document.title = `${name} · Countersign`;
  }, [name]);
  const id = place?.console.id ?? '';
  const shut = shutReason(status, { id, hosts: place?.console.hosts ?? [] });
  const now = useNow(1000);
  const isOpen = screenFor(status, { console: id, grant: '', now, dismissed: new Set() }).at === 'running';
  return (
    <Stage foot={<Foot status={status} />}>
      <Head
        title={name}
        mark={
          place &&
          (isOpen ? (
            <Badge tone="open" icon="lock-open">
              Open
            </Badge>
          ) : (
            <ModeBadge mode={place.console.mode} />
          ))
        }
      >
        {place && (
          <>
            <p class={styles['lead']}>
              {leads[shut ?? (isOpen ? 'open' : place.console.mode === 'closed' ? 'policy' : 'nothing')]}
            </p>
            <p class={styles['address']}>
              <SafeText text={redactAddress(place.address)} max={160} />
            </p>
          </>
        )}
      </Head>
      <Stack>
        {place && place.console.mode !== 'closed' && shut === undefined && (
          <Button icon="arrow" onClick={() => location.assign(place.address)}>
            Open {name}
          </Button>
        )}
        <AccessScreen
          key={id}
          status={status}
          console={id}
          address={place?.address ?? ''}
          running={(grant) => (
            <Opening
              grant={grant}
              status={status}
              name={name}
              to={place ? addressToOpen(place.address, place.console.start || place.address) : ''}
            />
          )}
        />
      </Stack>
    </Stage>
  );
}

/** The console is open. The worker brings this tab there; the button is for when the tab was reloaded since. */
function Opening({
  grant,
  status,
  name,
  to,
}: {
  grant: RunningGrant;
  status: Status;
  name: string;
  to: string;
}) {
  const { open } = grant;
  return (
    <Card
      tone="open"
      title={open ? 'Access is open' : 'Opening'}
      aside={grant.basis === 'self-approved' && <MarkBadge mark="self-approved" />}
      footer={
        <Button kind="primary" icon="arrow" busy={!open} onClick={() => location.replace(to)}>
          Open {name}
        </Button>
      }
    >
      <Stack gap={3}>
        <p role="status">
          {open ? 'The console opens at the address you came for.' : 'Waiting for the server.'}{' '}
          <Countdown until={grant.localUntil} /> left.
        </p>
        <NotRenewed grant={grant} status={status} />
      </Stack>
    </Card>
  );
}
