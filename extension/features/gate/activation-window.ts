import { closeWindow } from '../../platform/windows.ts';
import { change, keepRun, state } from '../state/index.ts';

/** Closing the activation window, which `requests` opens. */

/** The window has done its work once what it was to start runs. */
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

export async function closeActivation(): Promise<void> {
  const { activating } = state.run;
  if (!activating) return;
  change.activationClosed();
  await keepRun();
  await closeWindow(activating.window);
}
