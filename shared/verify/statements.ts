import { type State, must } from '#shared/entries/fold.ts';
import type { Act, Entry } from '#shared/entries/types.ts';
import type { StatementOf, StatementType, Touch } from '#shared/domain/statements.ts';
import { mustHold } from './types.ts';
import { touchWaits } from './recovery.ts';

/** Stands where a statement says something that no entry repeats. */
export const anything = Symbol('anything');

type Common = 'type' | 'log' | 'nonce' | 'expires' | 'head' | 'credential';
/** Every field of its own that a statement has, so that none goes uncompared. */
type Fields<T extends StatementType> = {
  [K in Exclude<keyof StatementOf<T>, Common>]: StatementOf<T>[K] | typeof anything;
};

/** A touch in an entry, and what its statement must say for the entry to follow from it. */
export interface ExpectedTouch {
  readonly touch: Touch;
  readonly type: StatementType;
  readonly fields: Readonly<Record<string, unknown>>;
  /** The key that this very entry enrols and that signs for itself; else it is one enrolled before. */
  readonly newKey?: { readonly id: string; readonly publicKey: string };
  /** How long after its statement expired the entry may be written, in ms; where it waits for somebody else's touch. */
  readonly waits?: number;
}

const expected = <T extends StatementType>(
  type: T,
  touch: Touch,
  fields: Fields<T>,
  newKey?: ExpectedTouch['newKey'],
): ExpectedTouch => ({ touch, type, fields, ...(newKey ? { newKey } : {}) });

/** The touch of whoever proposes or confirms an act: over the same in both cases. */
export function overAct(touch: Touch, act: string, what: Act, actor: string): ExpectedTouch {
  if (what.type === 'erasure') {
    const { entries, reason } = what;
    return expected('erasure', touch, { actor, act, entries, reason });
  }
  const { logKey, leaseKey } = what;
  return expected('rotation', touch, { actor, act, logKey, leaseKey });
}

/** Every touch in an entry. `state` is what the entries before it say. */
export function touchesOf(entry: Entry, state: State): ExpectedTouch[] {
  switch (entry.type) {
    case 'genesis': {
      const { person: actor, handle, key, touch } = entry.body.administrator;
      // The code of the set-up link is in no entry: nobody was there to write it down.
      return [expected('enrolment', touch, { actor, handle, invitation: anything }, key)];
    }
    case 'person.invited': {
      const { by: actor, handle, roles, invitation, touch } = entry.body;
      return [expected('invitation', touch, { actor, handle, roles, invitation })];
    }
    case 'key.enrolled': {
      const { person: actor, key, touch, addition, invitation = '' } = entry.body;
      const { handle } = must(state, 'person', actor);
      const own = expected('enrolment', touch, { actor, handle, invitation }, key);
      return addition ? [expected('key-addition', addition, { actor, added: key.id }), own] : [own];
    }
    case 'key.removed': {
      const { person: actor, key: removed, touch } = entry.body;
      return [expected('key-removal', touch, { actor, removed })];
    }
    case 'person.roles-changed': {
      const { by: actor, person, roles, touch } = entry.body;
      return [expected('role-change', touch, { actor, person, roles })];
    }
    case 'person.disabled': {
      const { by: actor, person, reason, touch } = entry.body;
      return [expected('disabling', touch, { actor, person, reason })];
    }
    case 'person.reset': {
      const { by: actor, person, invitation, touch } = entry.body;
      mustHold((actor === 'host') === (touch === undefined), 'a reset is by a touch or by the host');
      return touch ? [expected('reset', touch, { actor, person, invitation })] : [];
    }
    case 'browser.paired': {
      const { person: actor, publicKey: browserKey, code, label, touch } = entry.body;
      return [expected('pairing', touch, { actor, browserKey, code, label })];
    }
    case 'browser.released': {
      const { by: actor, browser, touch } = entry.body;
      const { publicKey: browserKey } = must(state, 'browser', browser);
      return [expected('release', touch, { actor, browser, browserKey })];
    }
    case 'request.decided': {
      const { request, decision, policy, touch, approver, reason = '', terms = anything } = entry.body;
      const { hash: requestHash, person: requester } = must(state, 'request', request);
      return [
        expected('decision', touch, {
          actor: approver.id,
          request,
          requestHash,
          requester,
          policy,
          decision,
          terms,
          reason,
        }),
      ];
    }
    case 'session.started': {
      const { request, terms, undecided, touch } = entry.body;
      const asked = must(state, 'request', request);
      const { publicKey: browserKey } = must(state, 'browser', asked.browser);
      const { hash: policy } = must(state, 'policy', 'current');
      return [
        expected('activation', touch, {
          actor: asked.person,
          request,
          requestHash: asked.hash,
          browserKey,
          policy,
          terms,
          undecided,
          extends: asked.extends,
        }),
      ];
    }
    case 'log.recovered': {
      const { origin, lost, restored, logKey, leaseKey, touches } = entry.body;
      const { size, root } = lost;
      const terms = { origin, lost: { size, root }, restored, logKey, leaseKey };
      return touches.map(({ by: actor, touch }) => ({
        ...expected('recovery', touch, { actor, ...terms }),
        waits: touchWaits,
      }));
    }
    case 'act.proposed': {
      const { act, what, by, touch } = entry.body;
      return [overAct(touch, act, what, by)];
    }
    case 'detail.erased': {
      const { act = '', by = '', touch } = entry.body;
      return touch ? [overAct(touch, act, must(state, 'act', act).what, by)] : [];
    }
    case 'log.key-rotated': {
      const { act, by, touch } = entry.body;
      return [overAct(touch, act, must(state, 'act', act).what, by)];
    }
    case 'act.withdrawn':
    case 'policy.loaded':
    case 'browser.ended':
    case 'request.asked':
    case 'request.withdrawn':
    case 'request.expired':
    case 'grant.ended':
    case 'grant.shortened':
    case 'actions.recorded':
    case 'evidence.exported':
    case 'attempt.refused':
      return [];
  }
}
