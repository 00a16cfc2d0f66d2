import type { Runtime } from 'webextension-polyfill';
import { z } from 'zod';
import { Refusal, sentences } from '#shared/errors.ts';
import { consoleId, hash, id, level } from '#shared/domain/primitives.ts';
import { browser } from './browser.ts';
import { listen } from './listen.ts';
import type { Answer, ConsoleType, Messages, MessageType, PageType } from './messages.ts';

/** The worker's side of messages: who sent it, is it well-formed, and only then the handler (cases 40, 41, T29). */

const none = z.strictObject({});
const pageInputs = {
  offers: z.strictObject({ console: consoleId }),
  ask: z.strictObject({
    console: consoleId,
    level,
    seconds: z.int().positive(),
    justification: z.string().max(12_000),
    ticket: z.string().max(12_000),
    address: z.string().max(100_000),
    extends: z.union([id, z.literal('')]),
  }),
  templates: z.strictObject({ console: consoleId }),
  'save-template': z.strictObject({ request: id, name: z.string().max(1000) }),
  'delete-template': z.strictObject({ console: consoleId, template: id }),
  withdraw: z.strictObject({ request: id }),
  activate: z.strictObject({ request: id }),
  end: z.strictObject({ grant: id }),
  pair: z.strictObject({ server: z.string().max(300), ticket: z.string().max(100) }),
  'another-log': z.strictObject({ shown: hash, take: z.boolean() }),
  unpair: none,
  refresh: none,
  permissions: none,
} satisfies Record<PageType, z.ZodType>;
const consoleInputs = {
  drain: none,
  check: z.strictObject({ console: consoleId }),
  online: none,
  'end-here': z.strictObject({ console: consoleId }),
  looked: none,
  stopped: z.strictObject({ console: consoleId, what: z.string().max(200) }),
  tampered: z.strictObject({ console: consoleId, times: z.int().nonnegative() }),
} satisfies Record<ConsoleType, z.ZodType>;

export interface Sender {
  /** An own page framed in a tab, as the form is in a console's page: the address of that tab's page. */
  framedIn?: string;
  /** For what runs inside a console's page: the address of its frame. */
  frame?: string;
  tab?: number;
}
export type Handlers = {
  [T in MessageType]: (input: Messages[T]['input'], sender: Sender) => Promise<Messages[T]['output']>;
};

/** Who is it: one of our pages, our script in somebody's page, or nobody that we answer. */
export function judgeSender(
  sender: Runtime.MessageSender,
  own: { id: string; base: string },
): { kind: 'page' | 'console'; sender: Sender } | undefined {
  if (sender.id !== own.id || sender.url === undefined) return undefined;
  const tab = sender.tab?.id;
  const where = tab === undefined ? {} : { tab };
  if (sender.url.startsWith(own.base)) {
    const framed = sender.frameId !== undefined && sender.frameId !== 0;
    return { kind: 'page', sender: { ...where, ...(framed ? { framedIn: sender.tab?.url ?? '' } : {}) } };
  }
  if (tab === undefined) return undefined;
  return { kind: 'console', sender: { ...where, frame: sender.url } };
}

async function answer(
  handlers: Handlers,
  message: unknown,
  from: Runtime.MessageSender,
): Promise<Answer<unknown>> {
  const own = { id: browser.runtime.id, base: browser.runtime.getURL('') };
  const judged = judgeSender(from, own);
  const envelope = z.object({ type: z.string(), input: z.unknown() }).safeParse(message);
  const inputs: Record<string, z.ZodType> = judged?.kind === 'page' ? pageInputs : consoleInputs;
  const type = envelope.data?.type ?? '';
  if (!judged || !Object.hasOwn(inputs, type)) throw new Refusal('forbidden');
  const input = inputs[type]?.safeParse(envelope.data?.input);
  if (!input?.success) throw new Refusal('invalid_input');
  const handle = handlers[type as MessageType] as (input: unknown, sender: Sender) => Promise<unknown>;
  return { ok: true, value: await handle(input.data, judged.sender) };
}

/** Answers messages from now on. To be called in the worker's first turn, or the message that woke it is lost. */
export function receive(handlers: Handlers, signal: AbortSignal): void {
  const heard = (message: unknown, sender: Runtime.MessageSender): Promise<Answer<unknown>> =>
    answer(handlers, message, sender).catch((cause: unknown): Answer<unknown> => {
      if (!(cause instanceof Refusal)) return { ok: false, code: 'internal', sentence: sentences.internal };
      const { code, message: sentence, field } = cause;
      return { ok: false, code, sentence, ...(field === undefined ? {} : { field }) };
    });
  listen(browser.runtime.onMessage, heard, signal);
}
