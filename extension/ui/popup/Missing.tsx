import { Banner } from '#shared/ui/index.ts';
import type { Status } from '../../platform/status.ts';
import { AllowHosts } from '../AllowHosts.tsx';

/** The alarm that consoles are shut for want of hosts, and what mends it. */
export function Missing({ status }: { status: Status }) {
  return (
    <Banner kind="danger" title="Countersign needs permission for these hosts">
      <AllowHosts status={status} small />
    </Banner>
  );
}
