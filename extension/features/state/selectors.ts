import type { ConsoleInfo } from '#shared/domain/consoles/statements.ts';
import { Refusal } from '#shared/errors.ts';
import type { Identity } from '../../platform/db.ts';
import type { Gate } from '../../platform/gates.ts';
import { gatedConsoles, shutReason, type ShutReason } from '../access/index.ts';
import { state } from './state.ts';

/** What follows from the state. */

/** Every console that is gated in this browser, by whomever. */
export const gated = (): ConsoleInfo[] =>
  gatedConsoles({
    list: state.list?.consoles,
    paired: state.identity?.state === 'paired' && state.list !== undefined,
    managed: state.managed,
    former: state.former,
  });

export const consoleInfo = (id: string): ConsoleInfo | undefined =>
  state.list?.consoles.find((one) => one.id === id);

/** How the last call to the server came out. */
export const serverStanding = (): Gate['server'] =>
  state.run.unfit ? 'unfit' : state.run.unreachableSince > 0 ? 'away' : 'answers';

/** What keeps this console shut here, whatever policy and grants say. */
export function shutReasonHere(info: ConsoleInfo): ShutReason | undefined {
  const former = state.former.map(({ consoles }) => ({ hosts: consoles.flatMap(({ hosts }) => hosts) }));
  return shutReason({ ...state.run, fork: state.fork, managed: state.managed, former }, info);
}

/** Who we are; throws Refusal while this browser is not paired. */
export function paired(): Identity {
  if (state.identity?.state !== 'paired') throw new Refusal('browser_unknown');
  return state.identity;
}

/** Server time now as far as we know, ms: what goes into signed things. Nothing is decided by it. */
export const serverNow = (): number => Math.max(0, Math.round(Date.now() + state.run.offset));
