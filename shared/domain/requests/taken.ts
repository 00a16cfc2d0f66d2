import type { EndedHow } from '#shared/domain/grants/entries.ts';
import { type Facts, mustHold, policyInForce, row } from '#shared/domain/judging.ts';
import type { LapsedHow } from './entries.ts';
import type { State } from '#shared/domain/state.ts';
import type { Policy } from '#shared/policy/schema.ts';

/** A person or a browser lost everything at once. */
export function mustBeTaken(
  state: State,
  { person, browser }: { person: string; browser: string },
  how: EndedHow & LapsedHow,
): void {
  switch (how) {
    case 'disabled':
      mustHold(row(state, 'person', person).status === 'disabled', 'the person was not disabled');
      break;
    case 'reset':
      mustHold(row(state, 'person', person).status === 'invited', 'the person was not reset');
      break;
    case 'unpaired':
    case 'suspended':
    case 'released':
      mustHold(row(state, 'browser', browser).status === how, `the browser was not ${how}`);
      break;
    case 'recovered':
      mustHold(false, 'the log was not recovered by it');
      break;
    case 'no-longer-allowed':
  }
}

export const inForce = (facts: Facts): Policy =>
  policyInForce(facts, row(facts.state, 'policy', 'current').hash);
