import type { GrantView } from '#shared/domain/grants/views.ts';
import type { Offer } from '#shared/domain/consoles/views.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';

/** The words that gate page, form and popup share. Pure. */

type Decides = Offer['decides'];

/** What a level opens, for the cards of the form. */
export const levels = {
  view: { label: 'View', hint: 'View everything, change nothing.', icon: 'eye' },
  change: { label: 'Change', hint: 'Make any change the console allows.', icon: 'console' },
} as const;

/** "a", "a and b", "a, b and c" (`last`: the word before the last). */
function list(items: readonly string[], last = 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)}`;
}

/** One of policy's terms as people say it: `group:leads` → "the group leads". */
function sayTerm(term: string): string {
  const [, kind, name] = /^(group|role):(.*)$/.exec(term) ?? [];
  if (kind === 'group') return `anyone in the group ${name}`;
  return kind === 'role' ? `any ${name}` : term;
}

/** Who decides, as a sentence for the form. */
export function sayDecides(decides: Decides): string {
  if (decides === 'nobody') {
    return 'No approval needed. You start it with your own key, and it is marked as self-approved.';
  }
  return `Needs approval from ${list(decides.map(sayTerm), 'or')}.`;
}

/** What took a right away: somebody's hand, or else the policy file. */
const taken = (by: GrantView['endedBy']): string =>
  by ? `${by.handle} changed your permissions.` : 'The policy changed and no longer allows this.';

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
        sentence: 'Access has to be started within 15 minutes of its approval.',
      };
    case 'disabled':
      return {
        title: 'Access ended: this account was disabled',
        sentence: 'Contact an administrator.',
      };
    case 'reset':
      return {
        title: 'Access ended: your keys were reset',
        sentence: 'Enrol a key with your new link, pair this browser again, then request access.',
      };
    case 'suspended':
      return {
        title: 'Access ended: this browser was suspended',
        sentence:
          'Its records conflict, as those of a copied browser profile do. Pair it again, then request access.',
      };
    case 'released':
      return {
        title: `Access ended: this browser was released${by}`,
        sentence: 'Pair it again, then request access.',
      };
    case 'recovered':
      return {
        title: 'Access ended: the log was recovered',
        sentence: 'After a recovery every browser has to pair again. Pair this one, then request access.',
      };
    case 'unpaired':
      return {
        title: 'Access ended: this browser was unpaired',
        sentence: 'Pair it again, then request access.',
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
        sentence: `${taken(lapsedBy)} Check what you can request now.`,
      };
    case 'session-ended':
      return {
        title: 'The session ended first',
        sentence: 'There is no running session to extend. Request access again.',
      };
    case 'recovered':
      return {
        title: 'Request closed: the log was recovered',
        sentence: 'After a recovery every browser has to pair again. Pair this one, then request access.',
      };
    case 'disabled':
    case 'reset':
    case 'unpaired':
    case 'suspended':
    case 'released':
      return {
        title: 'Request closed: this browser is no longer paired',
        sentence: 'Pair it again, then request access.',
      };
    case undefined:
      break;
  }
  return {
    title: 'Nobody decided in time',
    sentence: 'Request access again, and send the link to someone who is online.',
  };
}

/** Both checkpoints as text, for whoever looks into it. */
export const forkText = ({ held, shown }: { held: string; shown: string }): string =>
  `Two conflicting checkpoints, both signed by the log’s key.\n\nSeen first:\n\n${held}\nSeen later:\n\n${shown}`;
