import { matchPatterns } from '../../platform/match-patterns.ts';
import { missingHosts } from '../../platform/permissions.ts';
import { missingOf } from '../access/index.ts';
import { note } from '../notes/index.ts';
import { change, gated, state } from '../state/index.ts';

/**
 * Which hosts of the policy the browser allows us. A console with a host that is missing is shut by rules that need no
 * permission, whatever grants say; where that begins and ends is for the record and a visible alarm (T33).
 */
export async function checkHosts(): Promise<void> {
  const { list, identity } = state;
  const before = state.run.missing;
  const server = identity ? matchPatterns(new URL(identity.server).hostname) : [];
  const own = server.filter((pattern) =>
    pattern.startsWith(new URL(identity?.server ?? 'http://x').protocol),
  );
  const hosts = gated().flatMap((one) => one.hosts);
  const now = await missingHosts([...own, ...hosts.flatMap(matchPatterns)]);
  change.hostsChecked(now);
  await Promise.all(
    (list?.consoles ?? []).map(async ({ id, hosts }) => {
      const lost = hosts.filter((host) => missingOf([host], now).length > 0);
      const wasLost = missingOf(hosts, before).length > 0;
      if (lost.length > 0 && !wasLost)
        await note(
          id,
          `Countersign has no permission for ${lost.join(', ')} in this browser: the console is shut until it is granted`,
        );
      if (lost.length === 0 && wasLost) await note(id, 'Countersign has permission for this console again');
    }),
  );
}
