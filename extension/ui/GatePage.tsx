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
        title="This was stopped: you may only look."
        next="Nothing was sent. Reload the page to go on looking, or ask for access in the page around it."
      />
    );
  return framed ? (
    <FramedNotice title="This console is shut." next="Open it in a tab of its own to ask for access." />
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
        <Head title="There is no console at this address" />
        <Card>
          <p>
            {place.why === 'not-a-console'
              ? 'Policy names no console on this host. Check the address, or close this tab.'
              : 'This page opens for the address of a console only. Close this tab and open the console itself.'}
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
    document.title = `Stopped · ${name}`;
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
          This was stopped: you may only look. Nothing was sent.
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
            <Card tone="open" title="You may change it now" footer={leave}>
              <p>Go back and send it again.</p>
            </Card>
          )}
        />
      </Stack>
    </Stage>
  );
}

/** Why it is shut, in a line. */
const leads = {
  fork: 'Shut here: the log does not extend what this browser saw.',
  outbox: 'Shut here until what was done is delivered.',
  rules: 'Shut here: the browser refused the rules that gate it.',
  managed: 'Shut here: the policy of this browser is wrong.',
  former: 'Shut here by the server that this browser was paired with before.',
  hosts: 'Shut here: Countersign may not see it in this browser.',
  policy: 'Shut by policy: nothing of it loads until access is opened for you.',
  open: 'Access is open for you in this browser.',
  nothing: 'It works without a grant as well, within what its mode allows.',
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
          {open ? 'The console loads at the address first asked for.' : 'The server’s word is on its way.'}{' '}
          <Countdown until={grant.localUntil} /> left.
        </p>
        <NotRenewed grant={grant} status={status} />
      </Stack>
    </Card>
  );
}
