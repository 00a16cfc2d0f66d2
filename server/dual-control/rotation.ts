import { fromBase64url, toBase64url } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import type { Act } from '#shared/domain/dual-control/entries.ts';
import { parseVkey } from '#shared/log/note/keys.ts';
import type { Touch } from '#shared/domain/primitives.ts';
import { endorsed } from '#shared/domain/succession/statements.ts';
import type { Services } from '../context.ts';
import type { PersonCaller } from '../http/index.ts';
import { type KeyHolder, KeyTrouble, logKey, type PrivateKey, waitingKey } from '../log/index.ts';
import { requireActive } from '../people/index.ts';
import { actLife, confirmableAct } from './rules.ts';

type Rotation = Extract<Act, { type: 'rotation' }>;

/** The keys that wait on the host to follow those in use. */
interface Waiting {
  readonly logKey: string;
  readonly leaseKey: string;
  readonly held: KeyHolder;
  readonly signer: PrivateKey;
}

export async function waitingKeys({ log, config, leaseKey }: Services): Promise<Waiting | undefined> {
  const { verifierKey, origin } = log;
  const folder = config.dataFolder;
  const signer = await waitingKey(folder, 'log.key', parseVkey(verifierKey).publicKey);
  const lease = await waitingKey(folder, 'lease.key', fromBase64url(leaseKey.publicKey));
  if (!signer || !lease) return undefined;
  const { held } = signer;
  return { logKey: logKey(origin, signer).vkey, leaseKey: toBase64url(lease.publicKey), held, signer };
}

/** The waiting keys, which must be those that were signed. */
async function mustWait(services: Services, what: Pick<Rotation, 'logKey' | 'leaseKey'>): Promise<Waiting> {
  const waiting = await waitingKeys(services);
  if (waiting?.logKey !== what.logKey || waiting.leaseKey !== what.leaseKey)
    throw new Refusal('statement_mismatch', {
      sentence:
        'These keys are no longer on the host. Run countersign log rotate there and propose the rotation again.',
    });
  return waiting;
}

/** Proposes that the keys waiting on the host follow; returns the act's id. */
export async function proposeRotation(services: Services, who: PersonCaller, signed: Touch): Promise<string> {
  const { log, touches } = services;
  const { statement, touch } = await touches.verify(log.state, 'rotation', signed, {
    actor: who.person.id,
  });
  const { act, logKey: vkey, leaseKey } = statement;
  await mustWait(services, { logKey: vkey, leaseKey });
  await log.run((draft) => {
    requireActive(draft.state, who.person.id, 'administrator', touch.credential);
    if (draft.state.get('act', act)) throw new Refusal('statement_used');
    draft.append('act.proposed', {
      act,
      what: { type: 'rotation', logKey: vkey, leaseKey },
      by: who.person.id,
      expires: draft.now + actLife,
      touch,
    });
  });
  return act;
}

/** Does what was proposed: the key in use endorses the next one, and from this entry on that one signs. */
export async function rotate(
  services: Services,
  who: PersonCaller,
  { id, what }: { id: string; what: Rotation },
  signed: Touch,
): Promise<void> {
  const { log, touches } = services;
  const { logKey: next, leaseKey } = what;
  const { touch } = await touches.verify(log.state, 'rotation', signed, {
    actor: who.person.id,
    act: id,
    logKey: next,
    leaseKey,
  });
  const { signer } = await mustWait(services, what);
  const old = log.verifierKey;
  // Once before anything is written: a key that cannot be reached must not become the one in use.
  await canSign(signer);
  const endorsement = toBase64url(
    await log.endorse(endorsed({ log: log.origin, old, new: next, leaseKey, act: id })),
  );
  await log.rotate(signer, (draft) => {
    const { credential } = touch;
    confirmableAct(draft.state, id, { person: who.person.id, credential }, draft.now);
    if (draft.state.get('log', 'log')?.logKey !== old) throw new Refusal('no_longer_open');
    draft.append('log.key-rotated', {
      act: id,
      by: who.person.id,
      touch,
      logKey: next,
      leaseKey,
      endorsement,
    });
  });
}

async function canSign(signer: PrivateKey): Promise<void> {
  try {
    await signer.sign(new TextEncoder().encode('countersign\n'));
  } catch (cause) {
    if (!(cause instanceof KeyTrouble)) throw cause;
    throw new Refusal('log_unwritable', { cause, sentence: cause.message });
  }
}
