import { Refusal } from '#shared/errors.ts';
import { endGrant } from '#shared/domain/grants/wire.ts';
import type { GrantView } from '#shared/domain/grants/views.ts';
import { call } from '../../platform/api.ts';
import { db } from '../../platform/db.ts';
import { signObject } from '../../platform/keys.ts';
import { settle } from '../gate/reconcile.ts';
import { paired, serverNow, state } from '../state/state.ts';
import { refreshState } from '../connection/sync.ts';

/** Handing a grant back. The console shuts first; the server is told as soon as it can be. */

const PENDING = 'ends';
/** The number of this browser's last batch, which the end commits to. */
type LastNumber = () => Promise<number>;

export async function end(
  grants: readonly string[],
  lastNumber: LastNumber,
): Promise<Record<string, GrantView>> {
  state.run.handedBack = [...new Set([...state.run.handedBack, ...grants])];
  state.run.held = state.run.held.filter(({ lease }) => !grants.includes(lease.grant));
  await keepPending([...(await pending()), ...grants]);
  await settle();
  return tellEnds(lastNumber);
}

/** Tells the server of all ends that it has not heard of; also at each start and when it is back. */
export async function tellEnds(lastNumber: LastNumber): Promise<Record<string, GrantView>> {
  const told: Record<string, GrantView> = {};
  for (const grant of await pending()) {
    try {
      const { keys, browser, log } = paired();
      const number = await lastNumber();
      const statement = { type: 'end', log: log.origin, browser, grant, number, at: serverNow() };
      const signed = await signObject(keys, 'end', statement);
      told[grant] = (await call(endGrant, { params: { grant }, body: { end: signed } })).grant;
    } catch (cause) {
      // With no answer it is tried again. Any refusal says that there is nothing left to end.
      if (!(cause instanceof Refusal) || cause.code === 'unreachable' || cause.code === 'internal')
        return told;
    }
    await keepPending((await pending()).filter((id) => id !== grant));
  }
  if (Object.keys(told).length > 0) await refreshState();
  return told;
}

const pending = async (): Promise<string[]> =>
  ((await (await db()).get('meta', PENDING)) as string[] | undefined) ?? [];
const keepPending = async (grants: string[]): Promise<void> => {
  await (await db()).put('meta', [...new Set(grants)], PENDING);
};
