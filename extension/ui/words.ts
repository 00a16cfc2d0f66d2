import type { GrantView } from '#shared/domain/grants/views.ts';
import type { Offer } from '#shared/domain/consoles/views.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';

/** The words that gate page, form and popup share. Pure. */

type Decides = Offer['decides'];

/** What a level opens, for the cards of the form. */
export const levels = {
  view: { label: 'View', hint: 'Look at everything, change nothing.', icon: 'eye' },
  change: { label: 'Change', hint: 'Do whatever the console lets you do.', icon: 'console' },
} as const;

/** "a", "a and b", "a, b and c" (`last`: the word before the last). */
function list(items: readonly string[], last = 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)}`;
}

/** One of policy's terms as people say it: `group:leads` → "the group leads". */
function sayTerm(term: string): string {
  const [, kind, name] = /^(group|role):(.*)$/.exec(term) ?? [];
  if (kind === 'group') return `anybody in the group ${name}`;
  return kind === 'role' ? `any ${name}` : term;
}

/** Who decides, as a sentence for the form. */
export function sayDecides(decides: Decides): string {
  if (decides === 'nobody') {
    return 'No approver is needed: your own touch opens it, and that is marked everywhere.';
  }
  return `Decided by ${list(decides.map(sayTerm), 'or')}.`;
}

/** What took a right away: somebody's hand, or else the policy file. */
const taken = (by: GrantView['endedBy']): string =>
  by ? `${by.handle} changed who may do what.` : 'The policy changed, and no longer gives you this.';

/** How a grant ended, as a short title and a sentence. */
export function sayEnded(grant: GrantView): { title: string; sentence: string } {
  const by = grant.endedBy ? ` by ${grant.endedBy.handle}` : '';
  switch (grant.endedHow) {
    case 'revoked':
      return { title: `Access was revoked${by}`, sentence: 'The console is shut in every tab.' };
    case 'handed-back':
      return { title: 'You ended this session', sentence: 'The console is shut in every tab.' };
    case 'not-started':
      return {
        title: 'Access was not started in time',
        sentence: 'An approval has to be started within 15 minutes.',
      };
    case 'disabled':
      return {
        title: 'Access ended: this account was disabled',
        sentence: 'An administrator can say why.',
      };
    case 'reset':
      return {
        title: 'Access ended: your keys were reset',
        sentence: 'Enrol a key with the new link, pair this browser again, then ask.',
      };
    case 'suspended':
      return {
        title: 'Access ended: this browser was suspended',
        sentence: 'Its records forked, as a copied profile does. Pair it again from the companion, then ask.',
      };
    case 'released':
      return {
        title: `Access ended: this browser was released${by}`,
        sentence: 'Pair it again from the companion, then ask.',
      };
    case 'recovered':
      return {
        title: 'Access ended: the log was recovered',
        sentence: 'Every browser pairs again after that. Pair this one from the companion, then ask.',
      };
    case 'unpaired':
      return {
        title: 'Access ended: this browser was unpaired',
        sentence: 'Pair it again from the companion, then ask.',
      };
    case 'no-longer-allowed':
      return {
        title: 'Access is no longer allowed',
        sentence: `${taken(grant.endedBy)} Ask an administrator if you still need this console.`,
      };
    case 'ran-out':
    case undefined:
      break;
  }
  return { title: 'Time ran out', sentence: 'The console is shut in every tab.' };
}

/** Why a request is over before anybody decided, as a short title and a sentence. */
export function sayExpired({ lapsedHow, lapsedBy }: RequestView): { title: string; sentence: string } {
  switch (lapsedHow) {
    case 'no-longer-allowed':
      return {
        title: 'This request is no longer allowed',
        sentence: `${taken(lapsedBy)} See what you may ask for now.`,
      };
    case 'session-ended':
      return {
        title: 'The session ended first',
        sentence: 'There is no session left that could get more time. Ask for access again.',
      };
    case 'recovered':
      return {
        title: 'Request over: the log was recovered',
        sentence: 'Every browser pairs again after that. Pair this one from the companion, then ask.',
      };
    case 'disabled':
    case 'reset':
    case 'unpaired':
    case 'suspended':
    case 'released':
      return {
        title: 'Request over: this browser lost its pairing',
        sentence: 'Pair it again from the companion, then ask.',
      };
    case undefined:
      break;
  }
  return {
    title: 'Nobody decided in time',
    sentence: 'Ask again, and send the link to somebody who is online.',
  };
}

/** An approval not started within this many ms ends by itself. */
export const START_WITHIN_MS = 15 * 60_000;

/** Both checkpoints as text, for whoever looks into it. */
export const forkText = ({ held, shown }: { held: string; shown: string }): string =>
  `Two checkpoints of one log, both signed by its key.\n\nHeld before:\n\n${held}\nShown later:\n\n${shown}`;
