import { Banner } from '#shared/ui/index.ts';
import type { Status } from '../platform/status.ts';

/** Consoles that this browser cannot gate by its rules. */
export function RefusedRules({ status }: { status: Status }) {
  const names = status.consoles.filter(({ id }) => status.refusedRules.includes(id)).map(({ name }) => name);
  if (names.length === 0) return null;
  return (
    <Banner kind="danger" live title="The browser rejected the rules for some consoles">
      {names.join(', ')} {names.length === 1 ? 'stays' : 'stay'} shut in this browser, even with access.
      Restart and update the browser. If that does not help, contact an administrator.
    </Banner>
  );
}
