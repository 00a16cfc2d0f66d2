import type { Entry, EntryOf, EntryType } from '#shared/entries/types.ts';
import * as access from './access.ts';
import * as acts from './acts.ts';
import * as people from './people.ts';
import { type Facts, activePerson, loadedRule } from './rules.ts';
import { mustHold } from './types.ts';
import { recoveredRule } from './recovery.ts';
import { rotatedRule } from './rotation.ts';
import { touchRule } from './touches.ts';

/** What must hold of an entry by what the entries before it say. Throws Contradiction. */
type Rule<T extends EntryType> = (entry: EntryOf<T>, index: number, facts: Facts) => void;

/** One rule for each type of entry. */
const rules: { [T in EntryType]: Rule<T> } = {
  genesis: people.genesisRule,
  'policy.loaded': loadedRule,
  'person.invited': people.invitedRule,
  'key.enrolled': people.enrolledRule,
  'key.removed': people.removedRule,
  'person.roles-changed': people.rolesRule,
  'person.disabled': people.disabledRule,
  'person.reset': people.resetRule,
  'browser.paired': people.pairedRule,
  'browser.ended': people.browserEndedRule,
  'browser.released': people.releasedRule,
  'request.asked': access.askedRule,
  'request.withdrawn': access.withdrawnRule,
  'request.expired': access.expiredRule,
  'request.decided': access.decidedRule,
  'session.started': access.startedRule,
  'grant.ended': access.endedRule,
  'grant.shortened': access.shortenedRule,
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

/**
 * Judges one entry by the state that the entries before it make: everything but signatures, which are bytes' own matter.
 * The server asks before it writes an entry, the verifier asks again. Throws Contradiction, CannotJudge, or what a form
 * that does not fit throws.
 */
export function judge(entry: Entry, index: number, facts: Facts): void {
  touchRule(entry, index, facts);
  (rules[entry.type] as Rule<EntryType>)(entry, index, facts);
}

/** Entries that only take access away. Nothing keeps one from being written; one whose rule fails is an alarm. */
const closing: ReadonlySet<EntryType> = new Set([
  'browser.ended',
  'grant.ended',
  'grant.shortened',
  'person.disabled',
  'request.expired',
]);
export const onlyCloses = ({ type }: Pick<Entry, 'type'>): boolean => closing.has(type);
