import type { Answer, ConsoleMessages, ConsoleType, Messages, MessageType } from './messages.ts';
import { native } from './native.ts';

/** The little that a console's page needs to speak to the worker, without the sentences of refusals. */

/** Posts a message; undefined when nobody answered. Rejects when there is no worker to answer. */
export const post = <T extends MessageType>(
  type: T,
  input: Messages[T]['input'],
): Promise<Answer<Messages[T]['output']> | undefined> => native().runtime.sendMessage({ type, input });

/** Sends and does not wait: for handlers that run while the page goes away. Never throws. */
export function nudge<T extends ConsoleType>(type: T, input: ConsoleMessages[T]['input']): void {
  try {
    post(type, input).catch(() => undefined);
  } catch {
    // The extension was updated under this page. The worker looks for itself at its start; a nudge may be lost.
  }
}
