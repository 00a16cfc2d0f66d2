import type { StatementOf } from '#shared/domain/statements.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import type { RecoveryView } from '#shared/domain/succession/wire.ts';
import type { Person } from './person.ts';

export type RecoveryTerms = Pick<
  StatementOf<'recovery'>,
  'origin' | 'lost' | 'restored' | 'logKey' | 'leaseKey'
>;

export async function shownRecovery(person: Person): Promise<RecoveryView> {
  const { recovery } = await call(person.send, wire.showRecovery, {});
  if (!recovery) throw new Error('no recovery waits');
  return recovery;
}

/** What this person is to touch, as they are shown it. */
export async function recoveryTerms(person: Person): Promise<RecoveryTerms> {
  const { origin, lost, restored, logKey: vkey, leaseKey } = await shownRecovery(person);
  const { size, root } = lost;
  return { origin, lost: { size, root }, restored, logKey: vkey, leaseKey };
}

export async function touchRecovery(person: Person, alter: Partial<RecoveryTerms> = {}) {
  const touch = await person.touch('recovery', { ...(await recoveryTerms(person)), ...alter });
  return call(person.send, wire.recover, { body: { touch } });
}
