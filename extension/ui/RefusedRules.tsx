import { Banner } from '#shared/ui/index.ts';
import type { Status } from '../platform/status.ts';

/** Consoles that this browser cannot gate by its rules. */
export function RefusedRules({ status }: { status: Status }) {
  const names = status.consoles.filter(({ id }) => status.refusedRules.includes(id)).map(({ name }) => name);
  if (names.length === 0) return null;
  return (
    <Banner kind="danger" live title="The browser refused the rules for some consoles">
      {names.join(', ')} {names.length === 1 ? 'stays' : 'stay'} shut in this browser, whatever access you
      have. Restart and update the browser; if that does not help, tell an administrator.
    </Banner>
  );
}
