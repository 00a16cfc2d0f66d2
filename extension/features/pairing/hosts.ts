import { missingHosts, patternsOf } from '../../platform/permissions.ts';
import { newRecordId, stamp, writeRecord } from '../recorder/record.ts';
import { consoleOf } from '../gate/access.ts';
import { state } from '../core/state.ts';

/**
 * Which hosts of the policy the browser allows us. A host that is missing is still shut by rules that need no
 * permission; but there is no gate page, no veil and no record, so it is a visible alarm (T33).
 */
export async function checkHosts(): Promise<void> {
  const { list, identity } = state;
  const before = state.run.missing;
  const server = identity ? patternsOf(new URL(identity.server).hostname) : [];
  const own = server.filter((pattern) =>
    pattern.startsWith(new URL(identity?.server ?? 'http://x').protocol),
  );
  const hosts = (list?.consoles ?? []).flatMap((one) => one.hosts);
  state.run.missing = await missingHosts([...own, ...hosts.flatMap(patternsOf)]);
  const lost = state.run.missing.filter((pattern) => !before.includes(pattern));
  await Promise.all(lost.map(note));
}

/** For the record: from here on this browser sees nothing of that console. */
async function note(pattern: string): Promise<void> {
  const info = consoleOf(state.list?.consoles ?? [], pattern.replace('*.', 'any.').replace(/\*$/, ''));
  if (!info) return;
  await writeRecord({
    id: newRecordId(),
    at: stamp(),
    kind: 'noted',
    console: info.id,
    session: '',
    trusted: true,
    detail: { words: `The browser does not allow Countersign to see ${pattern}` },
  });
}
