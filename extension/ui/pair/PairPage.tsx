import { useEffect, useState } from 'preact/hooks';
import { Card, LinkButton, Skeleton, Stage } from '#shared/ui/index.ts';
import { matchPatterns } from '../../platform/match-patterns.ts';
import { requestHosts } from '../../platform/permissions.ts';
import type { Status } from '../../platform/status.ts';
import { FramedNotice } from '../FramedNotice.tsx';
import { Head } from '../Head.tsx';
import { pairPlace, type PairPlace } from '../fragments.ts';
import { Misconfigured } from '../screens/Stopped.tsx';
import { useFragment } from '../useFragment.ts';
import { useSend } from '../useSend.ts';
import { useStatus } from '../useStatus.ts';
import { AnotherLog } from './AnotherLog.tsx';
import { Compare, Introduction, Paired } from './steps.tsx';

/** Pairs this browser with a server: one button here, one touch in the companion. */
export function PairPage({ framed }: { framed: boolean }) {
  const status = useStatus();
  const place = pairPlace(useFragment());
  if (framed)
    return <FramedNotice title="Pairing is not possible here." next="Open this page in its own tab." />;
  return (
    <Stage>
      {!status && <Skeleton lines={6} />}
      {status && place && !isOther(status, place) && (
        <Pairing key={place.ticket} status={status} place={place} />
      )}
      {status && place && isOther(status, place) && <OtherServer status={status} place={place} />}
      {status && !place && (
        <>
          <Head title="This is not a pairing link" />
          <Card footer={<ToServer status={status} />}>
            <p>
              Sign in to {status.server === '' ? 'your company’s Countersign' : new URL(status.server).host}{' '}
              and choose “Pair this browser” to start.
            </p>
          </Card>
        </>
      )}
    </Stage>
  );
}

/** Does the policy of this browser name another server, or one that cannot be read? */
const isOther = ({ managed }: Status, { server }: PairPlace): boolean =>
  managed !== null && (managed.fault !== '' || managed.server !== server);

function ToServer({ status: { server } }: { status: Status }) {
  if (server === '') return null;
  return (
    <LinkButton kind="primary" icon="link" href={`${server}/pair`}>
      Pair this browser
    </LinkButton>
  );
}

/** Refused before anything is asked of the browser. */
function OtherServer({ status, place }: { status: Status; place: PairPlace }) {
  if (status.managed && status.managed.fault !== '')
    return (
      <>
        <Head title="This browser cannot be paired" />
        <Misconfigured fault={status.managed.fault} />
      </>
    );
  return (
    <>
      <Head title="This browser cannot pair with this server" />
      <Card tone="shut" footer={<ToServer status={status} />}>
        <p role="alert">
          Your organization lets this browser pair only with{' '}
          <b>{new URL(status.managed?.server ?? '').host}</b>. This link is from{' '}
          <b>{new URL(place.server).host}</b>.
        </p>
      </Card>
    </>
  );
}

/** Which hosts the browser is asked for: everything in one go, or the server alone and the consoles later. */
function patterns({ server, hosts }: PairPlace, all: boolean): string[] {
  const { protocol, hostname } = new URL(server);
  return [`${protocol}//${hostname}/*`, ...(all ? hosts.flatMap(matchPatterns) : [])];
}

function Pairing({ status, place }: { status: Status; place: PairPlace }) {
  const [refused, setRefused] = useState(false);
  /** The code of this page's own claim; a code or a pairing from before is not this ticket's. */
  const [code, setCode] = useState<string>();
  const [waited, setWaited] = useState(false);
  const { run, busy, failure } = useSend('pair');
  const { server, ticket } = place;
  const host = new URL(server).host;

  const waiting = status.pairing === 'waiting';
  useEffect(() => {
    if (code !== undefined && waiting) setWaited(true);
  }, [code, waiting]);

  const pair = (all: boolean): void => {
    setCode(undefined);
    setWaited(false);
    // Straight in the click: a browser takes the request only there.
    void claim(requestHosts(patterns(place, all)));
  };
  const claim = async (granting: Promise<boolean>): Promise<void> => {
    const granted = await granting.catch(() => false);
    setRefused(!granted);
    if (granted) setCode((await run({ server, ticket }))?.code);
  };

  if (status.anotherLog) return <AnotherLog {...status.anotherLog} host={host} />;
  if (code !== undefined && (waiting || !waited)) return <Compare code={code} host={host} />;
  if (waited && status.pairing === 'paired' && status.server === server && status.refused === '') {
    return <Paired status={status} host={host} />;
  }
  const sentence = failure?.sentence ?? (waited && status.refused !== '' ? status.refused : undefined);
  return (
    <>
      <Head title="Pair this browser" />
      <Introduction
        place={place}
        host={host}
        other={status.pairing === 'paired' && status.server !== server ? status.server : ''}
        refused={refused}
        sentence={sentence}
        busy={busy}
        onPair={pair}
      />
    </>
  );
}
