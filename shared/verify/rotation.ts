import { fromBase64url } from '#shared/bytes.ts';
import type { EntryOf } from '#shared/entries/types.ts';
import { parseVkey } from '#shared/note/keys.ts';
import { canonical, signedBytes } from '#shared/statement/signing.ts';
import { confirmedAct } from './acts.ts';
import { ed25519 } from './keys.ts';
import { mustBeNewKey } from './recovery.ts';
import { type Context, row, same } from './rules.ts';
import { mustHold } from './types.ts';

/** What the key before signs for its successor: "countersign/rotation/v1\n" ‖ canonical JSON of this. */
export function endorsed(of: {
  log: string;
  old: string;
  new: string;
  leaseKey: string;
  act: string;
}): Uint8Array<ArrayBuffer> {
  const { log, old, new: next, leaseKey, act } = of;
  return signedBytes('rotation', canonical({ log, old, new: next, leaseKey, act }));
}

/** What must hold of a rotation besides its touches. Throws Contradiction. */
export function rotatedRule({ body, time }: EntryOf<'log.key-rotated'>, _: number, context: Context): void {
  const { origin, logKey: old } = row(context.state, 'log', 'log');
  const { act, by, logKey, leaseKey, endorsement } = body;
  const { what } = confirmedAct(context, { id: act, by, type: 'rotation', time });
  mustHold(same(what, { type: 'rotation', logKey, leaseKey }), 'its keys are not those that were proposed');
  mustBeNewKey(logKey, origin, old);
  const bytes = endorsed({ log: origin, old, new: logKey, leaseKey, act });
  context.signatures.mustHold(
    ed25519(parseVkey(old).publicKey).then((check) => check(bytes, fromBase64url(endorsement))),
    'the key before did not endorse the one that follows',
  );
  context.tally.logKeys.push(logKey);
}
