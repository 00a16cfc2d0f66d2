import type { Answer, ConsoleMessages, ConsoleType, Messages, MessageType } from './messages.ts';
import { listen } from './listen.ts';
import { native } from './native.ts';
import { wait } from './time.ts';

/** The little that a console's page needs to speak to the worker, without the sentences of refusals. */

/** Posts a message; undefined when nobody answered. Rejects when there is no worker to answer. */
export const post = <T extends MessageType>(
  type: T,
  input: Messages[T]['input'],
): Promise<Answer<Messages[T]['output']> | undefined> => native().runtime.sendMessage({ type, input });

/** Between two questions of a patient one. */
const RETRY_PAUSE_MS = 50;

/**
 * Posts until somebody answers; undefined when nobody has after `patience` ms. A worker that dies under a question has
 * not said no: the next question starts it again. Rejects when this context is no extension's any more.
 */
export async function postPatiently<T extends MessageType>(
  type: T,
  input: Messages[T]['input'],
  patience: number,
): Promise<Answer<Messages[T]['output']> | undefined> {
  let late = false;
  const end = wait(patience).then(() => {
    late = true;
    return undefined;
  });
  const ask = async (): ReturnType<typeof post<T>> => {
    const answer = await post(type, input).catch(() => undefined);
    if (answer || late) return answer;
    await wait(RETRY_PAUSE_MS);
    return ask();
  };
  return Promise.race([ask(), end]);
}

/** What the worker tells a page of: something that was stopped. `exact`: no press of a button names it better. */
export interface BlockedNotice {
  what: string;
  exact: boolean;
}

/** Calls with each message of the worker to this page, until the signal aborts. */
export function onTold(listener: (told: BlockedNotice) => void, signal: AbortSignal): void {
  const heard = (message: unknown): undefined => listener(message as BlockedNotice) as undefined;
  listen(native().runtime.onMessage, heard, signal);
}

/** Sends and does not wait: for handlers that run while the page goes away. Never throws. */
export function tellWorker<T extends ConsoleType>(type: T, input: ConsoleMessages[T]['input']): void {
  try {
    post(type, input).catch(() => undefined);
  } catch {
    // The extension was updated under this page. The worker looks for itself at its start; a message may be lost.
  }
}
