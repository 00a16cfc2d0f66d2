import { Banner, SafeText, Time } from '#shared/ui/index.ts';
import { hostResetAlarm } from '#shared/domain/people/wire.ts';
import type { PersonView } from '#shared/domain/people/views.ts';
import { serverNow } from '../state/clock.ts';

/** To administrators: who among them was reset lately by the command on the server's host, which takes no touch. */
export function HostResets({ people }: { people: readonly PersonView[] }) {
  const since = serverNow() - hostResetAlarm;
  const lately = people.filter(
    ({ roles, resetByHost }) => roles.includes('administrator') && (resetByHost ?? 0) > since,
  );
  return lately.map(({ id, handle, resetByHost = 0 }) => (
    <Banner key={id} kind="danger" title="An administrator was reset on the server’s own host">
      <SafeText text={handle} max={80} />, <Time at={resetByHost} show="relative" />. If none of you ran that
      command, someone else controls the host: take it off the network and review the log from that entry on.
    </Banner>
  ));
}
