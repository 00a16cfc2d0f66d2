import { row } from '#shared/domain/judging.ts';
import type { Context } from './context.ts';

export function signedByBrowser(
  { state, keys, signatures }: Context,
  browser: string,
  kind: 'ask' | 'withdrawal' | 'end' | 'batch',
  { text, signature }: { text: string; signature: string },
): void {
  const { publicKey } = row(state, 'browser', browser);
  signatures.mustHold(
    keys.signed(publicKey, kind, text, signature),
    `the browser's signature over its ${kind} does not hold`,
  );
}
