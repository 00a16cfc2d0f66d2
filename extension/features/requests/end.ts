import { Refusal } from '#shared/errors.ts';
import { endGrant } from '#shared/domain/grants/wire.ts';
import type { GrantView } from '#shared/domain/grants/views.ts';
import { call } from '../../platform/api.ts';
import { db } from '../../platform/db.ts';
import { signObject } from '../../platform/keys.ts';
import { refreshState } from '../connection/index.ts';
import { reconcile } from '../gate/index.ts';
import { lastNumber } from '../outbox/index.ts';
import { change, paired, serverNow } from '../state/index.ts';
import type { WorkerFeature } from '../worker.ts';

/** Ending a grant early. The console shuts first; the server is told as soon as it can be. */

const PENDING_ENDS_KEY = 'ends';

export async function end(grants: readonly string[]): Promise<Record<string, GrantView>> {
  change.grantsEnded(grants);
  await keepPending([...(await pending()), ...grants]);
  await reconcile();
  return tellEnds();
}

/** Tells the server of all ends that it has not heard of; also at each start and when it is back. */
async function tellEnds(): Promise<Record<string, GrantView>> {
  const told: Record<string, GrantView> = {};
  for (const grant of await pending()) {
    try {
      const { keys, browser, log } = paired();
      // The end commits to everything that was recorded before it.
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
  ((await (await db()).get('meta', PENDING_ENDS_KEY)) as string[] | undefined) ?? [];
const keepPending = async (grants: string[]): Promise<void> => {
  await (await db()).put('meta', [...new Set(grants)], PENDING_ENDS_KEY);
};

export const reportEnds: WorkerFeature = {
  async look() {
    await tellEnds();
  },
};
