import { Refusal } from '#shared/errors.ts';
import type { Answer, Messages, MessageType } from './messages.ts';
import { post } from './post.ts';

/** Sends one message and waits for its answer. Throws Refusal with the sentence to show. */
export async function send<T extends MessageType>(
  type: T,
  input: Messages[T]['input'],
): Promise<Messages[T]['output']> {
  let answer: Answer<Messages[T]['output']> | undefined;
  try {
    answer = await post(type, input);
  } catch (cause) {
    throw new Refusal('internal', { cause });
  }
  if (answer === undefined) throw new Refusal('internal');
  if (answer.ok) return answer.value;
  throw new Refusal(answer.code, {
    sentence: answer.sentence,
    ...(answer.field === undefined ? {} : { field: answer.field }),
  });
}
