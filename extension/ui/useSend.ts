import { useRef, useState } from 'preact/hooks';
import { Refusal, sentences } from '#shared/errors.ts';
import type { Messages, MessageType } from '../platform/messages.ts';
import { send } from '../platform/send.ts';

/** Why something did not work, for a person to read. */
export interface Failure {
  sentence: string;
  field: string | undefined;
}

export const failureOf = (cause: unknown): Failure =>
  cause instanceof Refusal
    ? { sentence: cause.message, field: cause.field }
    : { sentence: sentences.internal, field: undefined };

/** Sends one kind of message to the worker, one at a time, and keeps what came of it for the page to draw. */
export function useSend<T extends MessageType>(type: T) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const running = useRef(false);
  /** Answers undefined when it was refused (then `failure` says why) or is under way already. */
  const run = async (input: Messages[T]['input']): Promise<Messages[T]['output'] | undefined> => {
    if (running.current) return undefined;
    running.current = true;
    setBusy(true);
    setFailure(undefined);
    try {
      return await send(type, input);
    } catch (cause) {
      setFailure(failureOf(cause));
      return undefined;
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { run, busy, failure };
}
