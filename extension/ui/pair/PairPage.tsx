import { useState } from 'preact/hooks';
import { Card, EmptyState, Skeleton, Stage } from '#shared/ui/index.ts';
import { patternsOf, requestHosts } from '../../platform/permissions.ts';
import type { Status } from '../../platform/status.ts';
import { FramedNotice } from '../FramedNotice.tsx';
import { Head } from '../Head.tsx';
import { pairPlace, type PairPlace } from '../place.ts';
import { useFragment } from '../useFragment.ts';
import { useSend } from '../useSend.ts';
import { useStatus } from '../useStatus.ts';
import { Compare, Introduction, Paired } from './steps.tsx';

/** Pairs this browser with a server: one button here, one touch in the companion. */
export function PairPage({ framed }: { framed: boolean }) {
  const status = useStatus();
  const place = pairPlace(useFragment());
  if (framed)
    return <FramedNotice title="Pairing is not possible here." next="Open it in a tab of its own." />;
  return (
    <Stage>
      {!status && <Skeleton lines={6} />}
      {status && place && <Pairing key={place.ticket} status={status} place={place} />}
      {status && !place && (
        <Card>
          <EmptyState icon="link" title="This address names no pairing">
            Sign in to your company’s Countersign and choose “Pair this browser”. It brings you here.
          </EmptyState>
        </Card>
      )}
    </Stage>
  );
}

/** Which hosts the browser is asked for: everything in one go, or the server alone and the consoles later. */
function patterns({ server, hosts }: PairPlace, all: boolean): string[] {
  const { protocol, hostname } = new URL(server);
  return [`${protocol}//${hostname}/*`, ...(all ? hosts.flatMap(patternsOf) : [])];
}

function Pairing({ status, place }: { status: Status; place: PairPlace }) {
  const [refused, setRefused] = useState(false);
  // A code or a pairing from before this page is not this ticket's.
  const [claimed, setClaimed] = useState(false);
  const { run, busy, failure } = useSend('pair');
  const { server, ticket } = place;
  const host = new URL(server).host;

  const pair = (all: boolean): void => {
    setClaimed(false);
    // Straight in the click: a browser takes the request only there.
    requestHosts(patterns(place, all))
      .then(async (granted) => {
        setRefused(!granted);
        if (granted) setClaimed((await run({ server, ticket })) !== undefined);
      })
      .catch(() => setRefused(true));
  };

  if (claimed && status.pairing === 'waiting') return <Compare code={status.code} host={host} />;
  if (claimed && status.pairing === 'paired' && status.server === server) {
    return <Paired status={status} host={host} />;
  }
  const sentence = failure?.sentence ?? (claimed && status.refused !== '' ? status.refused : undefined);
  return (
    <>
      <Head title="Pair this browser" />
      <Introduction
        place={place}
        host={host}
        other={status.pairing === 'paired' && status.server !== server ? status.server : ''}
        refused={refused}
        sentence={sentence}
        busy={busy || (claimed && sentence === undefined)}
        onPair={pair}
      />
    </>
  );
}
