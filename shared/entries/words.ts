import type { Ask, Batch } from '#shared/entries/signed.ts';
import type { State } from '#shared/entries/fold.ts';
import type { Act, EndedHow, Entry, LapsedHow } from '#shared/entries/types.ts';
import type { Cut } from '#shared/evidence/cut.ts';

/**
 * A log entry as one sentence, from what the log itself says: no detail, so that it stays true after erasure, and no
 * clock time, which depends on the reader's zone. `nameOf` names consoles; without it they go by their ids.
 */
export function wordsOf(
  entry: Entry,
  state: State,
  nameOf: (console: string) => string = (console) => console,
): { who: string; words: string } {
  const name = (id: string | undefined): string =>
    id === undefined ? 'the server' : (state.get('person', id)?.handle ?? 'somebody unknown');
  const browserOwner = (id: string): string => name(state.get('browser', id)?.person);
  const grantOf = (id: string) => state.get('grant', id);
  const requester = (request: string): string => name(state.get('request', request)?.person);

  switch (entry.type) {
    case 'genesis':
      return { who: entry.body.administrator.handle, words: 'Set the server up and enrolled the first key' };
    case 'policy.loaded':
      return { who: 'the server', words: `Loaded policy ${entry.body.hash.slice(0, 8)}` };
    case 'person.invited':
      return {
        who: name(entry.body.by),
        words: `Invited ${entry.body.handle} as ${entry.body.roles.join(', ')}`,
      };
    case 'key.enrolled':
      return { who: name(entry.body.person), words: `Enrolled the key “${entry.body.key.label}”` };
    case 'key.removed':
      return { who: name(entry.body.person), words: 'Removed a key' };
    case 'person.roles-changed':
      return {
        who: name(entry.body.by),
        words: `Made ${name(entry.body.person)} ${entry.body.roles.join(', ')}`,
      };
    case 'person.disabled':
      return { who: name(entry.body.by), words: `Disabled ${name(entry.body.person)}` };
    case 'person.reset':
      return {
        who: entry.body.by === 'host' ? "the command on the server's host" : name(entry.body.by),
        words: `Gave ${name(entry.body.person)} a new link: keys, browsers and links from before count no more`,
      };
    case 'browser.paired':
      return { who: name(entry.body.person), words: `Paired the browser “${entry.body.label}”` };
    case 'browser.ended':
      return {
        who: name(entry.body.by),
        words:
          entry.body.how === 'suspended'
            ? `Suspended a browser of ${browserOwner(entry.body.browser)}: it signed two histories, as a copied profile does`
            : `Ended the pairing of a browser of ${browserOwner(entry.body.browser)}`,
      };
    case 'browser.released':
      return {
        who: name(entry.body.by),
        words: `Released a browser of ${browserOwner(entry.body.browser)}: it may open what was shut there`,
      };
    case 'request.asked': {
      const ask = JSON.parse(entry.body.ask.text) as Ask;
      const time = ask.seconds * 1000;
      return {
        who: entry.body.person.handle,
        words: ask.extends
          ? `Asked for ${minutes(time)} more of ${nameOf(ask.console)}`
          : `Asked to ${ask.level} ${nameOf(ask.console)} for ${minutes(time)}`,
      };
    }
    case 'request.withdrawn':
      return { who: requester(entry.body.request), words: 'Withdrew the request' };
    case 'request.expired':
      return {
        who: name(entry.body.by),
        words: lapsedWords(entry.body.how, requester(entry.body.request)),
      };
    case 'request.decided': {
      const { decision, approver, terms, request } = entry.body;
      return {
        who: approver.handle,
        words:
          decision === 'approve' && terms
            ? state.get('request', request)?.extends
              ? `Gave ${requester(request)} more time in ${nameOf(terms.console)}: ${minutes(terms.until - entry.time)} from then on`
              : `Approved ${requester(request)} to ${terms.level} ${nameOf(terms.console)} for ${minutes(terms.until - entry.time)}`
            : `Denied the request of ${requester(request)}`,
      };
    }
    case 'session.started': {
      const { terms, undecided, request } = entry.body;
      return {
        who: requester(request),
        words: undecided
          ? state.get('request', request)?.extends
            ? `Took more time in ${nameOf(terms.console)} with their own touch: ${minutes(terms.until - entry.time)} from then on; nobody decided`
            : `Opened ${nameOf(terms.console)} with their own touch; nobody decided`
          : `Started ${nameOf(terms.console)} with a touch`,
      };
    }
    case 'grant.ended': {
      const grant = grantOf(entry.body.grant);
      return {
        who: name(entry.body.by),
        words: endedWords(entry.body.how, grant ? nameOf(grant.console) : 'a console', name(grant?.person)),
      };
    }
    case 'grant.shortened': {
      const grant = grantOf(entry.body.grant);
      return {
        who: 'the server',
        words: `Policy lowered the maximum: the access of ${name(grant?.person)} to ${grant ? nameOf(grant.console) : 'a console'} ends ${minutes(entry.body.until - entry.time)} from then on`,
      };
    }
    case 'actions.recorded': {
      const { actions } = JSON.parse(entry.body.batch.text) as Batch;
      return {
        who: browserOwner(entry.body.browser),
        words: `${actions.length} ${actions.length === 1 ? 'action' : 'actions'} recorded in ${[...new Set(actions.map((a) => a.console))].join(', ')}`,
      };
    }
    case 'evidence.exported':
      return { who: name(entry.body.by), words: `Took out evidence: ${cutWords(entry.body.cut, state)}` };
    case 'log.recovered': {
      const { lost, restored, touches, origin } = entry.body;
      const gone = lost.size - restored.size;
      return {
        who: touches.map(({ by }) => name(by)).join(' and '),
        words: `Recovered the log under ${origin}; ${gone === 1 ? '1 entry that was signed is' : `${gone} entries that were signed are`} lost`,
      };
    }
    case 'act.proposed':
      return { who: name(entry.body.by), words: `Proposed to ${actWords(entry.body.what)}` };
    case 'act.withdrawn': {
      const act = state.get('act', entry.body.act);
      return {
        who: name(entry.body.by),
        words: `Withdrew the proposal to ${act ? actWords(act.what) : 'do something'}`,
      };
    }
    case 'detail.erased': {
      const { how, below, act, by } = entry.body;
      if (how === 'retention')
        return {
          who: 'the server',
          words: `Erased the details of all entries below ${below}, as policy says`,
        };
      const proposed = state.get('act', act ?? '');
      return {
        who: name(by),
        words: `Confirmed ${name(proposed?.by)}’s proposal to ${proposed ? actWords(proposed.what) : 'erase details'}`,
      };
    }
    case 'log.key-rotated': {
      const first = state.get('act', entry.body.act)?.by;
      return { who: `${name(first)} and ${name(entry.body.by)}`, words: 'Gave the log another key' };
    }
    case 'attempt.refused':
      return {
        who:
          entry.body.person === undefined ? browserOwner(entry.body.browser ?? '') : name(entry.body.person),
        words: `Was refused: ${entry.body.what} (${entry.body.why.replaceAll('_', ' ')})`,
      };
  }
}

function cutWords(cut: Cut, state: State): string {
  switch (cut.kind) {
    case 'all':
      return 'the whole log';
    case 'session': {
      const session = state.get('session', cut.session);
      const who = state.get('person', session?.person ?? '')?.handle ?? 'somebody unknown';
      return `the session of ${who} in ${session?.console ?? 'a console'}`;
    }
    case 'person':
      return `everything about ${state.get('person', cut.person)?.handle ?? 'somebody unknown'}`;
    case 'console':
      return `everything about ${cut.console}`;
    case 'period':
      return 'a period of the log';
  }
}

/** What an act does, after "to". */
export function actWords(what: Act): string {
  if (what.type === 'rotation') return 'rotate the key of the log';
  const { length } = what.entries;
  return `erase the details of ${length === 1 ? `entry ${what.entries[0]}` : `${length} entries`}`;
}

/** A length of time in ms, in words that are the same in every time zone. */
function minutes(ms: number): string {
  const count = Math.max(1, Math.round(ms / 60_000));
  return count === 1 ? '1 minute' : `${count} minutes`;
}

function lapsedWords(how: LapsedHow | undefined, person: string): string {
  switch (how) {
    case undefined:
      return `Nobody decided the request of ${person} in time`;
    case 'no-longer-allowed':
      return `The request of ${person} expired because policy or roles no longer allow it`;
    case 'disabled':
      return `The request of ${person} expired with the person being disabled`;
    case 'reset':
      return `The request of ${person} expired with the reset of their keys`;
    case 'unpaired':
      return `The request of ${person} expired with the browser's pairing`;
    case 'released':
      return `The request of ${person} expired with the release of the browser`;
    case 'suspended':
      return `The request of ${person} expired because the browser was suspended`;
    case 'recovered':
      return `The request of ${person} expired with the recovery of the log`;
    case 'session-ended':
      return `The request of ${person} for more time expired with the session`;
  }
}

export function endedWords(how: EndedHow, console: string, person: string): string {
  switch (how) {
    case 'ran-out':
      return `The time of ${person} in ${console} ran out`;
    case 'handed-back':
      return `Handed ${console} back`;
    case 'revoked':
      return `Revoked the access of ${person} to ${console}`;
    case 'not-started':
      return `The approved access of ${person} to ${console} was not started in time`;
    case 'disabled':
      return `The access of ${person} to ${console} ended with the person being disabled`;
    case 'reset':
      return `The access of ${person} to ${console} ended with the reset of their keys`;
    case 'unpaired':
      return `The access of ${person} to ${console} ended with the browser's pairing`;
    case 'suspended':
      return `The access of ${person} to ${console} ended because the browser was suspended`;
    case 'released':
      return `The access of ${person} to ${console} ended with the release of the browser`;
    case 'recovered':
      return `The access of ${person} to ${console} ended with the recovery of the log`;
    case 'no-longer-allowed':
      return `The access of ${person} to ${console} ended because policy or their roles no longer allow it`;
  }
}
