import { ZodError } from 'zod';
import { sentences } from '#shared/errors.ts';

/** Names of the errors that the language throws. Ours have names of their own, or are plain errors with a sentence. */
const own = new Set(['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'EvalError', 'URIError']);

/** What to tell a person about anything that was thrown. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ZodError)
    return 'This page does not match the server, perhaps after an update. Reload the page.';
  // A browser's own words for a server that does not answer, while it fetches or loads a part of this page.
  if (error instanceof TypeError && /fetch|network|load/i.test(error.message)) return sentences.unreachable;
  // What else the language or the browser throws is a fault of this page, and in no words for people.
  const isOurs = error instanceof Error && !own.has(error.name) && !(error instanceof DOMException);
  if (isOurs && error.message !== '') return error.message;
  return 'Something went wrong in this page. Reload it and try again.';
}
