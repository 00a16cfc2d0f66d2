import { Refusal } from '#shared/errors.ts';
import { openActivation } from '#shared/domain/sessions/wire.ts';
import { call } from '../../platform/api.ts';
import { onWindowClosed, openWindow } from '../../platform/windows.ts';
import { pollWhileWaiting, refreshState } from '../connection/index.ts';
import { closeActivation } from '../gate/index.ts';
import { change, keepRun, paired, state } from '../state/index.ts';
import { publish } from '../status/index.ts';
import type { WorkerFeature } from '../worker.ts';

/** The activation window: a top-level window of the server's origin, where no console's page can reach the touch. */

export async function activate({ request }: { request: string }): Promise<{ ok: true }> {
  const { server } = paired();
  const { url } = await call(openActivation, { params: { request }, body: {} });
  // The touch belongs on the server that we are paired with, whatever address the answer names.
  if (!URL.canParse(url) || new URL(url).origin !== server) throw new Refusal('wrong_origin');
  await closeActivation();
  const window = await openWindow(url);
  if (window !== undefined) change.activationOpened(request, window);
  await keepRun();
  await publish();
  pollWhileWaiting();
  return { ok: true };
}

export const watchActivation: WorkerFeature = {
  start({ signal }) {
    onWindowClosed((id) => {
      if (state.run.activating?.window !== id) return;
      change.activationClosed();
      // The window also closes when the person is done before we heard of it.
      void keepRun().then(refreshState);
    }, signal);
  },
};
