import type { Entry, EntryOf, EntryType } from '#shared/entries/types.ts';
import * as access from './access.ts';
import * as acts from './acts.ts';
import * as people from './people.ts';
import { type Context, activePerson, loadPolicy } from './rules.ts';
import { mustHold } from './types.ts';
import { recoveredRule } from './recovery.ts';
import { rotatedRule } from './rotation.ts';

/** What must hold of an entry besides its touches, by what the entries before it say. Throws Contradiction. */
type Rule<T extends EntryType> = (entry: EntryOf<T>, index: number, context: Context) => void | Promise<void>;

/** One rule for each type of entry. */
const rules: { [T in EntryType]: Rule<T> } = {
  genesis: people.genesisRule,
  'policy.loaded': ({ body }, _, context) => loadPolicy(context, body.hash, body.text),
  'person.invited': people.invitedRule,
  'key.enrolled': people.enrolledRule,
  'key.removed': people.removedRule,
  'person.roles-changed': people.rolesRule,
  'person.disabled': people.disabledRule,
  'person.reset': people.resetRule,
  'browser.paired': people.pairedRule,
  'browser.ended': people.browserEndedRule,
  'request.asked': access.askedRule,
  'request.withdrawn': access.withdrawnRule,
  'request.expired': access.expiredRule,
  'request.decided': access.decidedRule,
  'session.started': access.startedRule,
  'grant.ended': access.endedRule,
  'actions.recorded': access.recordedRule,
  'evidence.exported': ({ body }, index, { state }) => {
    activePerson(state, body.by);
    mustHold(body.size <= index, 'the evidence was of more entries than the log has before it');
  },
  'log.recovered': recoveredRule,
  'log.key-rotated': rotatedRule,
  'act.proposed': acts.proposedRule,
  'act.withdrawn': acts.withdrawnActRule,
  'detail.erased': acts.erasedRule,
  'attempt.refused': () => {
    // The server's own account: it changes nothing.
  },
};

/** Judges one entry by its type's rule. */
export async function judge(entry: Entry, index: number, context: Context): Promise<void> {
  await (rules[entry.type] as Rule<EntryType>)(entry, index, context);
}
