import type { ConsoleInfo, ConsoleList } from '#shared/domain/consoles/statements.ts';
import { consolesOf, type Console } from '#shared/policy/evaluate.ts';
import type { Services } from '../context.ts';

/** The consoles of the policy in force, as browsers are told of them. */
export function consoleInfos(services: Services): ConsoleInfo[] {
  return consolesOf(services.policy.current.policy).map(infoOf);
}

const infoOf = (console: Console): ConsoleInfo => ({
  id: console.id,
  name: console.name,
  hosts: [...console.hosts],
  start: console.start,
  mode: console.mode,
  pack: console.pack ?? '',
  reads: [...(console.reads ?? [])],
  alsoFrom: [...(console['also-from'] ?? [])],
  record: console.record,
  unreachable: console.unreachable,
});

/** The list that is signed. Its number is the log index of the policy that it comes from, so it only ever grows. */
export function consoleList(services: Services): ConsoleList {
  const number = services.log.state.get('policy', 'current')?.entry ?? 0;
  return { type: 'consoles', log: services.log.origin, number, consoles: consoleInfos(services) };
}

/** A console by id; one that policy no longer names still has a past, so it is named by its id. */
export function consoleNamed(
  services: Services,
  id: string,
): Pick<ConsoleInfo, 'id' | 'name' | 'mode' | 'record'> {
  return (
    consoleInfos(services).find((console) => console.id === id) ?? {
      id,
      name: id,
      mode: 'closed',
      record: 'actions',
    }
  );
}

/** What is recorded, in the few words that people read before they ask, under "Recorded". */
export function recordedSentence(record: ConsoleInfo['record']): string {
  switch (record) {
    case 'actions':
      return 'Pages, clicks, form submissions and requests that change something, with times. Never what is typed into fields or sent.';
    case 'requests':
      return 'Requests that change something, with times. No clicks, and never what is sent.';
    case 'times':
      return 'Only when access starts and ends, not what is done in between.';
  }
}
