import { useEffect, useState } from 'preact/hooks';
import type { GrantView } from '#shared/domain/grants/views.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { onStatus, readStatus, type Status } from '../platform/status.ts';

/** The worker's status with every time on this machine's clock; undefined until it was read. Never polled. */
export function useStatus(): Status | undefined {
  const [status, setStatus] = useState<Status>();
  useEffect(() => {
    const stop = new AbortController();
    let heard = false;
    onStatus((next) => {
      heard = true;
      setStatus(toLocal(next));
    }, stop.signal);
    readStatus().then(
      // What arrived while reading is newer than what was read.
      (first) => void (!heard && !stop.signal.aborted && setStatus(toLocal(first))),
      () => undefined,
    );
    return () => stop.abort();
  }, []);
  return status;
}

/** The status as people read it: times inside views are the server's and are moved to the local clock. */
export function toLocal(status: Status): Status {
  const local = (at: number): number => at - status.offset;
  return {
    ...status,
    requests: status.requests.map((request) => requestToLocal(request, local)),
    grants: status.grants.map((grant) => ({ ...grantToLocal(grant, local), until: grant.localUntil })),
  };
}

type Move = (at: number) => number;

function requestToLocal(request: RequestView, local: Move): RequestView {
  return {
    ...request,
    asked: local(request.asked),
    expires: local(request.expires),
    from: local(request.from),
    latest: local(request.latest),
    ...(request.decidedAt !== undefined && { decidedAt: local(request.decidedAt) }),
    deciders: request.deciders.map((decider) => ({
      ...decider,
      ...(decider.since !== undefined && { since: local(decider.since) }),
    })),
    ...(request.grant && { grant: grantToLocal(request.grant, local) }),
  };
}

function grantToLocal<G extends GrantView>(grant: G, local: Move): G {
  return {
    ...grant,
    made: local(grant.made),
    until: local(grant.until),
    ...(grant.endedAt !== undefined && { endedAt: local(grant.endedAt) }),
  };
}
