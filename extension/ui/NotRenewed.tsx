import { sentences } from '#shared/errors.ts';
import { Banner, Countdown } from '#shared/ui/index.ts';
import type { RunningGrant, Status } from '../platform/status.ts';

/** What the server's silence means for an open console: when it shuts, or that policy lets it run on. */
export function NotRenewed({ grant, status }: { grant: RunningGrant; status: Pick<Status, 'unfit'> }) {
  if (!grant.open) return null;
  if (grant.cutoff > 0)
    return (
      <Banner kind="danger" live title="Save your work now">
        {status.unfit === ''
          ? 'The server is not responding.'
          : 'The server and this extension are incompatible.'}{' '}
        This console shuts in <Countdown until={grant.cutoff} />
        {status.unfit === '' && ' unless it responds'}.
      </Banner>
    );
  if (grant.confirmed) return null;
  return <Banner kind="warn">The server is not responding. Policy lets this session run to its end.</Banner>;
}

/** Server and extension cannot work together, and who has to do what. */
export const Unfit = ({ status: { unfit } }: { status: Pick<Status, 'unfit'> }) =>
  unfit === '' ? null : (
    <Banner kind="danger" live title="Server and extension are incompatible">
      {sentences[unfit]}
    </Banner>
  );
