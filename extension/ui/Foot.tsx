import type { Status } from '../platform/status.ts';

/** Who and which server, in small print. */
export function Foot({ status }: { status: Status }) {
  if (status.pairing !== 'paired' || status.server === '') return null;
  return (
    <>
      Paired as {status.person?.handle ?? 'someone'} with{' '}
      <a href={status.server} target="_blank" rel="noopener">
        {new URL(status.server).host}
      </a>
    </>
  );
}
