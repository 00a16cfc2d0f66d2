import { Refusal } from '#shared/errors.ts';
import { openActivation } from '#shared/domain/sessions/wire.ts';
import { call } from '../../platform/api.ts';
import { closeWindow, onWindowClosed, openWindow } from '../../platform/windows.ts';
import { publish } from '../status/publish.ts';
import { keepRun, paired, state } from '../state/state.ts';
import { pollWhileWaiting } from '../connection/connection.ts';
import { refreshState } from '../connection/sync.ts';

/** The activation window: a top-level window of the server's origin, where no console's page can reach the touch. */

export async function activate({ request }: { request: string }): Promise<{ ok: true }> {
  const { server } = paired();
  const { url } = await call(openActivation, { params: { request }, body: {} });
  // The touch belongs on the server that we are paired with, whatever address the answer names.
  if (!URL.canParse(url) || new URL(url).origin !== server) throw new Refusal('wrong_origin');
  await closeActivation();
  const window = await openWindow(url);
  if (window !== undefined) state.run.activating = { request, window };
  await keepRun();
  await publish();
  pollWhileWaiting();
  return { ok: true };
}

/** The window has done its work once what it was to start runs; `settle` opens the console. */
export async function closeActivationWhenDone(): Promise<void> {
  const { activating, requests, held } = state.run;
  if (!activating) return;
  const request = requests.find(({ id }) => id === activating.request);
  if (!request) return;
  const closed = ['denied', 'withdrawn', 'expired'].includes(request.status);
  const more = request.extends !== '' && request.status === 'approved';
  const runs = held.some(({ lease }) => lease.grant === request.grant?.id);
  if (closed || more || runs) await closeActivation();
}

async function closeActivation(): Promise<void> {
  const { activating } = state.run;
  if (!activating) return;
  state.run.activating = null;
  await keepRun();
  await closeWindow(activating.window);
}

/** To be called in the worker's first turn. */
export function watchActivation(): void {
  onWindowClosed((id) => {
    if (state.run.activating?.window !== id) return;
    state.run.activating = null;
    // The window also closes when the person is done before we heard of it.
    void keepRun().then(refreshState);
  });
}
