import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useNow } from '#shared/ui/index.ts';
import type { RunningGrant, Status } from '../platform/status.ts';
import { screenFor } from './screen.ts';
import { Ask } from './Ask.tsx';
import { Ready } from './screens/Ready.tsx';
import { Denied, Ended, Expired } from './screens/Past.tsx';
import {
  Forked,
  Full,
  HostsMissing,
  Misconfigured,
  RulesRefused,
  Unpaired,
  Unreachable,
  VersionsUnfit,
} from './screens/Stopped.tsx';
import { FormerServer } from './FormerServer.tsx';
import { Waiting } from './screens/Waiting.tsx';

/** The one screen for where a person stands with a console; gate page and form differ only in what runs around it. */
export function AccessScreen({
  status,
  console,
  grant = '',
  raise = false,
  address = '',
  running,
}: {
  status: Status;
  console: string;
  /** The grant that should get more time. */
  grant?: string;
  /** To change what may only be looked at now. */
  raise?: boolean;
  /** First asked for. */
  address?: string;
  /** What stands there while the access is open; `given` when it was just lengthened. */
  running: (grant: RunningGrant, more: { given: boolean; onMore: () => void }) => ComponentChildren;
}) {
  const now = useNow(1000);
  const [extending, setExtending] = useState(grant);
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  const access = screenFor(status, { console, grant: extending, raise, now, dismissed });
  const forget = (id: string) => () => setDismissed(new Set(dismissed).add(id));
  const { server, managed } = status;
  switch (access.at) {
    case 'unpaired':
      return <Unpaired ended={access.ended} server={server} managed={managed !== null} />;
    case 'forked':
      return <Forked fork={access.fork} server={server} />;
    case 'unreachable':
      return <Unreachable since={access.since} server={server} held={status.outbox.size} />;
    case 'unfit':
      return <VersionsUnfit unfit={access.unfit} />;
    case 'full':
      return <Full size={access.size} trouble={access.trouble} />;
    case 'misconfigured':
      return <Misconfigured fault={access.fault} />;
    case 'former':
      return <FormerServer by={access.by} server={server} />;
    case 'hosts':
      return <HostsMissing status={status} />;
    case 'rules':
      return <RulesRefused />;
    case 'waiting':
      return <Waiting request={access.request} server={server} reachable={status.reachable} />;
    case 'ready': {
      const { request, basis } = access;
      const activating = status.activating === request.id;
      return <Ready request={request} basis={basis} server={server} activating={activating} />;
    }
    case 'running':
      return <>{running(access.grant, { given: false, onMore: () => setExtending(access.grant.id) })}</>;
    case 'given':
      return <>{running(access.grant, { given: true, onMore: forget(access.request.id) })}</>;
    case 'denied':
      return <Denied request={access.request} onAgain={forget(access.request.id)} />;
    case 'expired':
      return <Expired request={access.request} onAgain={forget(access.request.id)} />;
    case 'ended':
      return <Ended grant={access.grant} server={server} onAgain={forget(access.grant.id)} />;
    case 'ask':
      break;
  }
  return (
    <Ask
      console={console}
      server={server}
      address={address}
      extend={access.grant}
      before={access.before}
      raise={raise}
    />
  );
}
